package io.headrace.redis;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once, in the log, what about the server does not suit a queue. */
final class JobServerCheck {

    private static final Logger LOG = LoggerFactory.getLogger(JobServerCheck.class);

    private final JobStore store;
    private final AtomicBoolean asked = new AtomicBoolean();

    JobServerCheck(JobStore store) {
        this.store = store;
    }

    void once() {
        if (asked.compareAndSet(false, true)) {
            store.about("memory").subscribe(this::memory, error -> LOG.debug("memory settings not known", error));
            store.about("persistence").subscribe(this::persistence, error -> LOG.debug("persistence not known", error));
        }
    }

    private void memory(String text) {
        if (text.contains("maxmemory_policy:") && !text.contains("maxmemory_policy:noeviction")) {
            LOG.warn(
                    "queue '{}': the server may throw jobs away when its memory is full. Set maxmemory-policy noeviction.",
                    store.name());
        }
    }

    private void persistence(String text) {
        if (text.contains("aof_enabled:0")) {
            LOG.info(
                    "queue '{}': jobs of the last minutes are lost when the server dies. Set appendonly yes to keep them.",
                    store.name());
        }
    }
}
