package io.headrace.redis;

import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/**
 * Fetches jobs for one consumer, one read at a time: new ones, and every half lease those that others have lost.
 * Confined to its {@link Serial}.
 */
final class JobReader {

    private static final Logger LOG = LoggerFactory.getLogger(JobReader.class);
    private static final String START = "0-0";

    /** What the reader reports, on the serial. */
    interface Listener {

        /** Jobs came, perhaps none; the reader is idle. */
        void read(List<JobEntry> jobs);

        /** The server refuses; reading is over. */
        void refused(Throwable error);
    }

    private final JobWork<?> work;
    private final Commands blocking;
    private final String consumer;
    private final Serial serial;
    private final Listener listener;
    private final Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));
    private final Disposable.Swap pause = Disposables.swap();
    private String cursor = START;
    private long nextScan;
    private boolean grouped;
    private boolean reading;
    private boolean paused;
    private int failures;

    JobReader(JobWork<?> work, Commands blocking, String consumer, Serial serial, Listener listener) {
        this.work = work;
        this.blocking = blocking;
        this.consumer = consumer;
        this.serial = serial;
        this.listener = listener;
        this.nextScan = work.timing().nanos();
    }

    boolean isReading() {
        return reading;
    }

    /** Reads at most {@code count} jobs unless a read is under way. */
    void read(int count) {
        if (reading || paused) {
            return;
        }
        reading = true;
        next(count)
                .subscribe(
                        jobs -> serial.run(() -> {
                            reading = false;
                            failures = 0;
                            listener.read(jobs);
                        }),
                        error -> serial.run(() -> failed(error)));
    }

    private Mono<List<JobEntry>> next(int count) {
        if (!grouped) {
            return work.store().createGroup().then(Mono.fromSupplier(() -> {
                grouped = true;
                return List.of();
            }));
        }
        if (work.timing().nanos() - nextScan >= 0) {
            return work.store()
                    .takeOver(consumer, work.options().leaseTime(), count, cursor)
                    .map(this::scanned);
        }
        return work.store().fetch(blocking, consumer, count, work.block());
    }

    private List<JobEntry> scanned(JobStore.TakenOver found) {
        cursor = found.cursor();
        if (cursor.equals(START)) {
            Duration half = work.options().leaseTime().dividedBy(2);
            nextScan = work.timing().nanos() + work.timing().jitter(half, 0.2).toNanos();
        }
        return found.jobs();
    }

    private void failed(Throwable error) {
        reading = false;
        if (JobErrors.isMissingGroup(error)) {
            // the stream was deleted, or a failover lost it
            grouped = false;
        } else if (!JobErrors.isPassing(error)) {
            listener.refused(error);
            return;
        }
        failures++;
        LOG.debug("queue '{}': reading failed, {} times in a row", work.store().stream(), failures, error);
        paused = true;
        pause.update(work.timing()
                .after(
                        backoff.delay(failures, work.timing()),
                        () -> serial.run(() -> {
                            paused = false;
                            listener.read(List.of());
                        })));
        listener.read(List.of());
    }

    void stop() {
        pause.dispose();
    }
}
