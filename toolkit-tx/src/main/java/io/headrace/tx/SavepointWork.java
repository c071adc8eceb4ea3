package io.headrace.tx;

import io.headrace.core.connection.TransactionOutcome;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A savepoint: its hooks become those of what is around it when it is kept, and are dropped when it is rolled back. */
final class SavepointWork extends Work {

    private final Work outer;

    SavepointWork(Work outer) {
        this.outer = outer;
    }

    @Override
    TransactionWork transaction() {
        return outer.transaction();
    }

    @Override
    int depth() {
        return outer.depth() + 1;
    }

    @Override
    boolean isLost() {
        return super.isLost() || outer.isLost();
    }

    @Override
    Mono<Void> beforeKept() {
        return Mono.empty();
    }

    @Override
    public Mono<Void> ended(TransactionOutcome outcome, @Nullable Throwable error) {
        if (outcome == TransactionOutcome.COMMITTED) {
            outer.hooks().adopt(hooks());
        }
        return Mono.empty();
    }
}
