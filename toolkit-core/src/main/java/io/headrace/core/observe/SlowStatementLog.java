package io.headrace.core.observe;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line per statement that took long, on a logger of its own, so that it can be sent elsewhere or switched off. */
final class SlowStatementLog implements Consumer<StatementEnd> {

    static final String LOGGER_NAME = "io.headrace.slow-statement";

    private static final Logger LOGGER = LoggerFactory.getLogger(LOGGER_NAME);

    private final Duration threshold;

    SlowStatementLog(Duration threshold) {
        if (threshold.isNegative() || threshold.isZero()) {
            throw new IllegalArgumentException("the slow statement threshold must be positive, was " + threshold);
        }
        this.threshold = threshold;
    }

    @Override
    public void accept(StatementEnd end) {
        if (end.total().compareTo(threshold) < 0 || !LOGGER.isWarnEnabled()) {
            return;
        }
        LOGGER.warn(
                "{} took {} ms (threshold {} ms): {}, {} ms wait, {}{} rows{}{}",
                end.start().label(),
                end.total().toMillis(),
                threshold.toMillis(),
                end.outcome().name().toLowerCase(Locale.ROOT),
                milliseconds(end.waited()),
                end.toFirstRow() == null ? "" : milliseconds(end.toFirstRow()) + " ms to the first row, ",
                end.rows(),
                end.start().inTransaction() ? ", in a transaction" : "",
                end.errorKind().map(kind -> ", error " + kind).orElse(""));
    }

    /** Of a statement that was never sent, all of the time was wait, which the total says already. */
    private static String milliseconds(@Nullable Duration duration) {
        return duration == null ? "only" : String.valueOf(duration.toMillis());
    }
}
