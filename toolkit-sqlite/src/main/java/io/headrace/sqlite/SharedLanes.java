package io.headrace.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** One lane that writes and some that read, for all sessions of a {@link SqliteDatabase}; and the care for the log between them. */
final class SharedLanes implements Lanes {

    private static final Logger logger = LoggerFactory.getLogger(SharedLanes.class);

    /** Loans of the writer between two looks at the size of the log. */
    private static final int WRITES_BETWEEN_LOOKS = 64;

    private static final long BYTES_PER_MEBIBYTE = 1_048_576;

    private final DriverContext context;
    private final boolean single;
    private final LaneQueue writers;
    private final LaneQueue readers;
    private final Mono<String> open;
    private final AtomicLong writes = new AtomicLong();
    private final AtomicBoolean watching = new AtomicBoolean();
    private final AtomicBoolean truncating = new AtomicBoolean();
    private volatile boolean closed;

    SharedLanes(DriverContext context, Scheduler timer) {
        this.context = context;
        SqliteConfig config = context.config();
        this.single = !context.file().isOnDisk() || config.journalMode() != SqliteConfig.JournalMode.WAL;
        String name = context.file().shortName();
        this.writers = new LaneQueue("the writer of '" + name + "'", 1, config, timer, () -> {});
        this.readers =
                new LaneQueue("the readers of '" + name + "'", config.readers(), config, timer, this::openReader);
        this.open = Mono.defer(() -> Lane.open(context.opening("w", false)))
                .map(this::writerOpened)
                .cacheInvalidateIf(version -> closed);
    }

    /** Emits the version of SQLite once the writer is open. An error is not kept, the next one tries again. */
    Mono<String> whenOpen() {
        return Mono.defer(
                () -> closed ? Mono.error(SqliteErrors.closed(context.file().shortName())) : open);
    }

    private String writerOpened(Lane lane) {
        writers.opened(lane);
        return lane.version();
    }

    private void openReader() {
        var unused = Lane.open(context.opening("r", true)).subscribe(readers::opened, readers::notOpened);
    }

    @Override
    public void acquire(Access access, LaneUser user) {
        if (access == Access.READ && !single) {
            watch();
            readers.acquire(user);
        } else {
            if (writes.incrementAndGet() % WRITES_BETWEEN_LOOKS == 0) {
                lookAtLog();
            }
            writers.acquire(user);
        }
    }

    @Override
    public void abandon(LaneUser user) {
        readers.abandon(user);
        writers.abandon(user);
    }

    // ---- the write-ahead log

    /** SQLite moves the log by itself but never makes the file smaller; that needs a moment in which nobody reads. */
    private void lookAtLog() {
        if (single || !truncating.compareAndSet(false, true)) {
            return;
        }
        writers.acquire(new LogCare());
    }

    private long logBytes() {
        try {
            return context.file().isOnDisk() ? Files.size(context.file().log()) : 0;
        } catch (IOException absent) {
            return 0;
        }
    }

    private final class LogCare implements LaneUser {

        @Override
        public void granted(Lease lease) {
            boolean taken = lease.lane().offer(() -> {
                try {
                    truncate(lease.lane());
                } finally {
                    truncating.set(false);
                    lease.release();
                }
            });
            if (!taken) {
                lease.release();
            }
        }

        private void truncate(Lane lane) {
            long limit = context.config().journalLimitMebibytes() * BYTES_PER_MEBIBYTE;
            if (logBytes() <= limit || readers.busy() > 0) {
                return;
            }
            StopSignal brief = new StopSignal(System::nanoTime, null, Duration.ofMillis(1));
            lane.enter(brief);
            try {
                SqliteCheckpoint done = Upkeep.checkpoint(lane, SqliteCheckpoint.Mode.TRUNCATE);
                logger.debug("The write-ahead log of {} was cut: {}", context.file(), done);
            } catch (NativeException busy) {
                logger.debug("The write-ahead log of {} cannot be cut just now.", context.file(), busy);
            } finally {
                lane.leave(brief);
            }
        }

        @Override
        public void refused(Throwable error) {
            truncating.set(false);
        }
    }

    /** Looks after long reads for as long as there are any reads. */
    private void watch() {
        if (watching.compareAndSet(false, true)) {
            scheduleWatch();
        }
    }

    private void scheduleWatch() {
        long period = Math.max(1, context.config().longRead().toMillis() / 2);
        var unused = Schedulers.boundedElastic().schedule(this::lookAtReads, period, TimeUnit.MILLISECONDS);
    }

    private void lookAtReads() {
        long longReads = readers.newlyLongerThan(context.config().longRead().toMillis());
        if (longReads > 0) {
            logger.warn(
                    "{} read(s) of {} have been going on for {} ms and more; the write-ahead log has {} bytes and grows until they"
                            + " end. Consume or cancel open results, or read in pages.",
                    longReads,
                    context.file(),
                    context.config().longRead().toMillis(),
                    logBytes());
        }
        if (readers.busy() > 0 && !closed) {
            scheduleWatch();
        } else {
            watching.set(false);
        }
    }

    SqliteDatabaseSnapshot snapshot() {
        return new SqliteDatabaseSnapshot(
                writers.busy() > 0,
                readers.busy(),
                readers.open(),
                writers.waiting(),
                readers.waiting(),
                Duration.ofMillis(readers.oldestMillis()),
                logBytes());
    }

    /** The lanes to be closed, the writer last. */
    List<Lane> close() {
        closed = true;
        List<Lane> lanes = new ArrayList<>(readers.close());
        lanes.addAll(writers.close());
        return lanes;
    }
}
