package io.headrace.tx;

import io.headrace.core.connection.Session;
import io.headrace.core.connection.TransactionOutcome;
import io.r2dbc.spi.IsolationLevel;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A transaction of {@link Transactions}, or a savepoint of one, in which code of another framework takes part. For those who
 * write a {@link io.headrace.core.connection.TransactionBridge}.
 */
public final class HostTransaction {

    private final Work work;

    private HostTransaction(Work work) {
        this.work = work;
    }

    /** The transaction that this session belongs to; empty where {@link Transactions} have not begun it. */
    public static Optional<HostTransaction> of(Session session) {
        return session.guide() instanceof Work work ? Optional.of(new HostTransaction(work)) : Optional.empty();
    }

    /** The name that its options give it, if any. */
    public @Nullable String name() {
        return work.transaction().options().name();
    }

    /** The isolation level that it was begun with; null for the session's default. */
    public @Nullable IsolationLevel isolation() {
        return work.transaction().options().mode().isolation();
    }

    /** Whether it was begun read-only. */
    public boolean isReadOnly() {
        return work.transaction().isReadOnly();
    }

    /** As {@link Transactions#beforeCommit}. */
    public void beforeCommit(Mono<Void> hook) {
        work.hooks().beforeCommit(hook);
    }

    /** As {@link Transactions#afterCompletion}. */
    public void afterCompletion(Function<TransactionOutcome, Mono<Void>> hook) {
        work.hooks().afterwards(hook);
    }

    /** A part of it failed: it fails with a {@link RolledBackException} even if the error of the part is handled. */
    public void partFailed(Throwable error) {
        work.partFailed(error);
    }
}
