package io.headrace.redis;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/**
 * Fetches jobs for one consumer, as many as it wants and one fetch at a time; when there are none it waits on the server.
 * A fetch also moves due jobs into their streams and, every now and then, takes over jobs that others have lost. Confined
 * to its {@link Serial}.
 */
final class JobReader {

    private static final Logger LOG = LoggerFactory.getLogger(JobReader.class);

    /** Keeps a script, during which the server does nothing else, below a millisecond or so. */
    private static final int MOST_AT_ONCE = 256;

    /** Whom it fetches for; called on the serial. */
    interface Listener {

        /** How many jobs there is room and demand for. */
        int wanted();

        /** Whether a job that was lost twice may come. */
        boolean takesSuspect();

        /** Jobs came, perhaps none, which were asked for at that time. */
        void fetched(List<JobEntry> jobs, long asked);

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
    private final Disposable.Swap wait = Disposables.swap();
    private @Nullable JobFetch empty;
    private JobFetch.Left left = JobFetch.Left.NOTHING;
    private long nextReaping;
    private boolean fetching;
    private boolean waiting;
    private boolean paused;
    private boolean stopped;
    private int failures;

    JobReader(JobWork<?> work, Commands blocking, String consumer, Serial serial, Listener listener) {
        this.work = work;
        this.blocking = blocking;
        this.consumer = consumer;
        this.serial = serial;
        this.listener = listener;
        this.nextReaping = work.timing().nanos();
    }

    boolean isFetching() {
        return fetching;
    }

    /** Fetches what is wanted, unless that is nothing, a fetch is under way or there was nothing to fetch just now. */
    void advance() {
        boolean isLeft = left.isFor(listener::takesSuspect);
        if (fetching || (waiting && !isLeft) || paused || stopped) {
            return;
        }
        int wanted = listener.wanted();
        if (wanted <= 0) {
            return;
        }
        JobFetch last = empty;
        empty = null;
        if (last == null || isLeft) {
            waiting = false;
            wait.update(Disposables.disposed());
            fetch(Math.min(wanted, MOST_AT_ONCE), isLeft);
        } else {
            await(last);
        }
    }

    private void fetch(int count, boolean isLeft) {
        fetching = true;
        long asked = work.timing().nanos();
        boolean reap = isLeft || asked - nextReaping >= 0;
        if (reap) {
            nextReaping = asked + work.timing().jitter(work.reaping(), 0.2).toNanos();
        }
        work.store()
                .fetch(new JobStore.Wanted(
                        consumer,
                        work.options().leaseTime(),
                        count,
                        reap,
                        listener.takesSuspect(),
                        work.options().maxDeliveries()))
                .subscribe(
                        fetch -> serial.run(() -> {
                            fetching = false;
                            failures = 0;
                            left = reap ? fetch.left() : left;
                            empty = fetch.jobs().isEmpty() ? fetch : null;
                            listener.fetched(fetch.jobs(), asked);
                        }),
                        error -> serial.run(() -> {
                            fetching = false;
                            failed(error);
                        }));
    }

    private void await(JobFetch last) {
        waiting = true;
        Duration reaping =
                Duration.ofNanos(Math.max(0, nextReaping - work.timing().nanos()));
        Duration longest = reaping.compareTo(work.longestBlock()) < 0 ? reaping : work.longestBlock();
        Duration block = last.next().filter(due -> due.compareTo(longest) < 0).orElse(longest);
        // zero would wait for ever
        Mono<Void> news = work.store().await(blocking, last, block.toMillis() < 1 ? Duration.ofMillis(1) : block);
        wait.update(news.subscribe(
                null,
                error -> serial.run(() -> {
                    waiting = false;
                    failed(error);
                }),
                () -> serial.run(() -> {
                    waiting = false;
                    advance();
                })));
    }

    private void failed(Throwable error) {
        if (stopped) {
            return;
        }
        if (!JobErrors.isPassing(error)) {
            listener.refused(error);
            return;
        }
        failures++;
        LOG.debug("queue '{}': reading failed, {} times in a row", work.store().name(), failures, error);
        paused = true;
        pause.update(work.timing()
                .after(
                        backoff.delay(failures, work.timing()),
                        () -> serial.run(() -> {
                            paused = false;
                            advance();
                        })));
        listener.fetched(List.of(), work.timing().nanos());
    }

    void stop() {
        stopped = true;
        pause.dispose();
        wait.dispose();
    }
}
