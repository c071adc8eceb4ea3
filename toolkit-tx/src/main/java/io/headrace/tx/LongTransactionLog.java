package io.headrace.tx;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/** One line for a transaction that holds its connection for long, while it does, on a logger of its own. */
final class LongTransactionLog {

    static final String LOGGER_NAME = "io.headrace.long-transaction";

    private static final Logger LOGGER = LoggerFactory.getLogger(LOGGER_NAME);

    private LongTransactionLog() {}

    /** Begins to watch a transaction; the result ends that. */
    static Disposable watch(TransactionOptions options, int attempt, Scheduler timer) {
        Duration threshold = options.signals().warnAfter();
        if (threshold == null || endsBefore(threshold, options.mode().timeout()) || !LOGGER.isWarnEnabled()) {
            return Disposables.disposed();
        }
        return timer.schedule(
                () -> LOGGER.warn(
                        "{} has held its connection for {} ms (TransactionOptions.warnAfter), attempt {}, and with it all"
                                + " its locks. Look for something inside that waits for anything but the database, or for"
                                + " a subscriber that reads slowly",
                        options,
                        threshold.toMillis(),
                        attempt),
                threshold.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    private static boolean endsBefore(Duration threshold, @Nullable Duration timeout) {
        return timeout != null && timeout.compareTo(threshold) <= 0;
    }
}
