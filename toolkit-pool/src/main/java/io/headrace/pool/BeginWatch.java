package io.headrace.pool;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Statement;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/**
 * Knows whether the server may be in a transaction that the driver does not know of yet.
 *
 * <p>A driver learns that a transaction is open from the answer to BEGIN. When the caller cancels before that answer, the
 * driver goes on saying "auto-commit" for a while, skips a rollback because of it, and the next borrower would run inside
 * somebody else's transaction. So a BEGIN counts as unfinished from the moment it is sent until its answer was seen.
 */
final class BeginWatch {

    private final Connection driver;
    private volatile boolean unfinished;

    BeginWatch(Connection driver) {
        this.driver = driver;
    }

    <T> Flux<T> begin(Publisher<? extends T> begin) {
        return Flux.<T>from(begin).doOnSubscribe(ignored -> unfinished = true).doOnTerminate(() -> unfinished = false);
    }

    /** A statement that opens a transaction, and reports to this watch. */
    Statement watch(Statement statement) {
        return new WatchedStatement(statement, this);
    }

    /** An open transaction that the driver has seen needs no watch: the driver says so itself when asked. */
    void settle() {
        if (unfinished && !driver.isAutoCommit()) {
            unfinished = false;
        }
    }

    boolean isUnfinished() {
        return unfinished;
    }

    void reset() {
        unfinished = false;
    }
}
