package io.headrace.tx.spring;

import io.headrace.core.connection.Session;
import io.headrace.core.connection.Sessions;
import io.headrace.core.connection.TransactionOutcome;
import io.headrace.tx.GuestTransaction;
import io.headrace.tx.TransactionOptions;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.IsolationLevel;
import org.springframework.core.Ordered;
import org.springframework.transaction.reactive.TransactionSynchronization;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import reactor.core.publisher.Mono;

/**
 * Our part in a transaction of Spring, found under its key as long as that is the current one. Spring tells it of the end;
 * it comes last, since what others do before the commit may use the database.
 */
final class SpringGuest implements TransactionSynchronization, Ordered {

    private final GuestTransaction guest;
    private final GuestKey key;
    private volatile boolean commits;
    private volatile boolean suspended;

    private SpringGuest(GuestTransaction guest, GuestKey key) {
        this.guest = guest;
        this.key = key;
    }

    static SpringGuest in(
            Sessions sessions, TransactionSynchronizationManager manager, Connection connection, GuestKey key) {
        return new SpringGuest(GuestTransaction.on(sessions, connection, options -> described(options, manager)), key);
    }

    private static TransactionOptions described(TransactionOptions options, TransactionSynchronizationManager manager) {
        String name = manager.getCurrentTransactionName();
        IsolationLevel isolation = SpringIsolation.of(manager.getCurrentTransactionIsolationLevel());
        TransactionOptions named = name == null || name.isBlank() ? options : options.name(name);
        TransactionOptions isolated = isolation == null ? named : named.isolation(isolation);
        return manager.isCurrentTransactionReadOnly() ? isolated.readOnly() : isolated;
    }

    Session session() {
        return guest.session();
    }

    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }

    @Override
    public Mono<Void> suspend() {
        return TransactionSynchronizationManager.forCurrentTransaction()
                .doOnNext(manager -> suspended = manager.unbindResourceIfPossible(key) != null)
                .then();
    }

    /** A savepoint of ours is a place of its own, in which it was not found before either. */
    @Override
    public Mono<Void> resume() {
        return TransactionSynchronizationManager.forCurrentTransaction()
                .filter(manager -> suspended)
                .doOnNext(manager -> manager.bindResource(key, this))
                .then();
    }

    @Override
    public Mono<Void> beforeCommit(boolean readOnly) {
        return guest.beforeCommit().then(Mono.fromRunnable(() -> commits = true));
    }

    /** Spring puts onErrorContinue around this and what follows, which would reach into the operators of ours. */
    @Override
    public Mono<Void> beforeCompletion() {
        return Mono.defer(() -> commits ? guest.end() : guest.stop()).onErrorStop();
    }

    @Override
    public Mono<Void> afterCompletion(int status) {
        return TransactionSynchronizationManager.forCurrentTransaction()
                .doOnNext(manager -> manager.unbindResourceIfPossible(key))
                .then(guest.ended(outcomeOf(status)))
                .onErrorStop();
    }

    private static TransactionOutcome outcomeOf(int status) {
        return switch (status) {
            case STATUS_COMMITTED -> TransactionOutcome.COMMITTED;
            case STATUS_ROLLED_BACK -> TransactionOutcome.ROLLED_BACK;
            default -> TransactionOutcome.UNKNOWN;
        };
    }
}
