package io.headrace.core.observe;

import java.time.Duration;
import java.util.function.Consumer;
import reactor.util.context.ContextView;

/**
 * Hears of every statement of a database; set by {@code DatabaseConfig.withListener}. Without any listener statements
 * carry no operator and no allocation for it.
 */
@FunctionalInterface
public interface StatementListener {

    /**
     * A statement has been subscribed. Must not block; what it throws is logged and ignored.
     *
     * @param start what it is
     * @param context the subscriber's context
     * @return who is to follow it; {@link StatementObserver#NONE} where nobody
     */
    StatementObserver started(StatementStart start, ContextView context);

    /** A listener that hears of ends only. */
    static StatementListener onEnd(Consumer<? super StatementEnd> consumer) {
        StatementObserver observer = new StatementObserver() {
            @Override
            public void ended(StatementEnd end) {
                consumer.accept(end);
            }
        };
        return (start, context) -> observer;
    }

    /**
     * A listener that writes one line per statement that took at least this long, at level WARN to the logger
     * {@code io.headrace.slow-statement}; {@code DatabaseConfig.withSlowStatementThreshold} adds one.
     */
    static StatementListener logSlowerThan(Duration threshold) {
        return onEnd(new SlowStatementLog(threshold));
    }
}
