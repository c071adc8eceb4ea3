package io.headrace.pool;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Lifecycle;
import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** Ends what a borrower left open, in this order: statements, transaction, changes of the session. */
final class CleanUp {

    private final Connection driver;
    private final Quiescence quiescence;
    private final BeginWatch begins;
    private final SessionTouches touches;
    private final Liveness liveness;
    private final Duration limit;
    private final Timing timing;

    CleanUp(
            Connection driver,
            Quiescence quiescence,
            BeginWatch begins,
            SessionTouches touches,
            Liveness liveness,
            PoolConfig config,
            Timing timing) {
        this.driver = driver;
        this.quiescence = quiescence;
        this.begins = begins;
        this.touches = touches;
        this.liveness = liveness;
        this.limit = config.timeouts().release();
        this.timing = timing;
    }

    boolean isNeedless() {
        try {
            return quiescence.isReached()
                    && isOutsideTransactions()
                    && touches.isEmpty()
                    && !(driver instanceof Lifecycle);
        } catch (RuntimeException error) {
            // the clean-up meets the same error, and reports it
            return false;
        }
    }

    /** An error where the connection can't be lent again. */
    Mono<Void> run() {
        return quiescence
                .reach()
                .flatMap(asked -> isOutsideTransactions() ? Mono.<Void>empty() : endTransaction(asked))
                .then(Mono.defer(() -> touches.isEmpty() ? Mono.empty() : touches.undo()))
                .then(Mono.defer(() -> driver instanceof Lifecycle own ? Mono.from(own.preRelease()) : Mono.empty()))
                .timeout(limit, timing.scheduler());
    }

    private boolean isOutsideTransactions() {
        return !begins.isUnfinished() && driver.isAutoCommit();
    }

    private Mono<Void> endTransaction(boolean asked) {
        // A question queues behind a BEGIN that is still on its way; after its answer the driver's view is the truth.
        Mono<Void> learn = begins.isUnfinished() && !asked ? liveness.require(ValidationDepth.REMOTE) : Mono.empty();
        return learn.then(Mono.defer(() -> driver.isAutoCommit() ? Mono.empty() : rollBack()))
                .then(Mono.fromRunnable(begins::reset));
    }

    private Mono<Void> rollBack() {
        return Mono.from(driver.rollbackTransaction())
                // some drivers keep the mode when the transaction ends
                .then(Mono.defer(() -> driver.isAutoCommit() ? Mono.empty() : Mono.from(driver.setAutoCommit(true))))
                .then(Mono.defer(() -> driver.isAutoCommit()
                        ? Mono.empty()
                        : Mono.error(new DeadConnectionException("a transaction could not be ended", null))));
    }
}
