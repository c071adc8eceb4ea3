package io.headrace.tx;

import io.headrace.core.connection.TransactionGuide;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A transaction that is under way, or a savepoint of one: what those inside have said about its end. */
abstract class Work implements TransactionGuide {

    private final Hooks hooks = new Hooks();
    private final AtomicReference<@Nullable Throwable> failedPart = new AtomicReference<>();
    private volatile boolean rollbackOnly;

    /** The transaction that it is or belongs to. */
    abstract TransactionWork transaction();

    /** What is to run behind the body, inside, if it is going to be kept. */
    abstract Mono<Void> beforeKept();

    /** How many savepoints it stands behind, itself included. */
    abstract int depth();

    /** Whether it can't be kept any more. */
    boolean isLost() {
        return rollbackOnly || failedPart.get() != null;
    }

    final Hooks hooks() {
        return hooks;
    }

    final void setRollbackOnly() {
        rollbackOnly = true;
    }

    @Override
    public final boolean rollsBack() {
        return rollbackOnly;
    }

    /** A part that joined it failed: what that part did must not be kept, even if its error is handled. */
    final void partFailed(Throwable error) {
        failedPart.compareAndSet(null, error);
    }

    /** The body, and behind it what decides whether it may be kept. */
    final <T> Mono<T> judged(Mono<T> body) {
        return body.flatMap(value -> verdict().thenReturn(value))
                .switchIfEmpty(Mono.defer(() -> verdict().then(Mono.empty())));
    }

    /** The body, and behind it what decides whether it may be kept. */
    final <T> Flux<T> judged(Flux<T> body) {
        return body.concatWith(Mono.defer(() -> verdict().then(Mono.empty())));
    }

    private Mono<Void> verdict() {
        if (rollbackOnly) {
            return Mono.empty();
        }
        Throwable part = failedPart.get();
        return part == null
                ? beforeKept()
                : Mono.error(new RolledBackException(transaction().toString(), part));
    }
}
