package io.headrace.redis;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.util.retry.Retry;

/**
 * Records what became of the jobs of one consumer. While one record is on the way the next ones collect and then go
 * together, so an idle consumer waits for nothing and a busy one sends few commands. Confined to its {@link Serial}.
 */
final class JobSettler {

    private static final Logger LOG = LoggerFactory.getLogger(JobSettler.class);
    private static final int AT_ONCE = 256;
    private static final int RETRIES = 3;
    private static final Duration RETRY_DELAY = Duration.ofMillis(100);

    private record Waiting(JobEnd end, Consumer<Boolean> recorded) {}

    private final JobStore store;
    private final String consumer;
    private final Serial serial;
    private final Timing timing;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private boolean sending;

    JobSettler(JobStore store, String consumer, Serial serial, Timing timing) {
        this.store = store;
        this.consumer = consumer;
        this.serial = serial;
        this.timing = timing;
    }

    /** {@code recorded} hears, on the serial, whether the server took it; false also when nobody knows. */
    void add(JobEnd end, Consumer<Boolean> recorded) {
        waiting.add(new Waiting(end, recorded));
        send();
    }

    private void send() {
        if (sending || waiting.isEmpty()) {
            return;
        }
        sending = true;
        List<Waiting> batch = new ArrayList<>();
        while (batch.size() < AT_ONCE && !waiting.isEmpty()) {
            batch.add(waiting.remove());
        }
        // a repetition does no harm: the script asks for the owner, and nobody owns what was recorded
        store.settle(consumer, batch.stream().map(Waiting::end).toList())
                .retryWhen(Retry.backoff(RETRIES, RETRY_DELAY)
                        .filter(JobErrors::isPassing)
                        .scheduler(timing.scheduler()))
                .subscribe(results -> serial.run(() -> sent(batch, results)), error -> {
                    LOG.debug("results of {} jobs of queue '{}' were not recorded", batch.size(), store.name(), error);
                    serial.run(() -> sent(batch, List.of()));
                });
    }

    private void sent(List<Waiting> batch, List<Boolean> results) {
        sending = false;
        send();
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).recorded().accept(i < results.size() && results.get(i));
        }
    }
}
