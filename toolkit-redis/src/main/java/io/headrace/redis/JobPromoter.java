package io.headrace.redis;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/** Moves delayed jobs into the stream when they are due. Confined to its {@link Serial}. */
final class JobPromoter {

    private static final Logger LOG = LoggerFactory.getLogger(JobPromoter.class);

    /** How late a job may be that another consumer delayed. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    private final JobStore store;
    private final String consumer;
    private final Serial serial;
    private final Timing timing;
    private final Disposable.Swap timer = Disposables.swap();
    private long planned = Long.MAX_VALUE;
    private boolean running;

    JobPromoter(JobStore store, String consumer, Serial serial, Timing timing) {
        this.store = store;
        this.consumer = consumer;
        this.serial = serial;
        this.timing = timing;
    }

    /** Looks after {@code delay}, or earlier if that is planned already. */
    void lookIn(Duration delay) {
        Duration wait = delay.compareTo(LONGEST_WAIT) < 0 ? delay : LONGEST_WAIT;
        long at = timing.nanos() + wait.toNanos();
        if (running || (planned != Long.MAX_VALUE && planned - at <= 0)) {
            return;
        }
        planned = at;
        timer.update(timing.after(wait, () -> serial.run(this::look)));
    }

    private void look() {
        planned = Long.MAX_VALUE;
        running = true;
        store.promote(consumer)
                .onErrorResume(error -> {
                    LOG.debug("delayed jobs of '{}' could not be promoted", store.stream(), error);
                    return Mono.empty();
                })
                .defaultIfEmpty(LONGEST_WAIT)
                .subscribe(next -> serial.run(() -> {
                    running = false;
                    lookIn(next);
                }));
    }

    void stop() {
        timer.dispose();
    }
}
