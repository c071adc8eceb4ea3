package io.headrace.tx.spring;

import io.headrace.core.connection.Session;
import io.headrace.core.connection.Sessions;
import io.headrace.core.connection.TransactionBridge;
import io.headrace.tx.HostTransaction;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.r2dbc.connection.ConnectionHolder;
import org.springframework.transaction.reactive.TransactionContext;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * The current transaction is what Spring's own place in the context says, for us as well: a holder of Spring's stands for a
 * transaction of Spring, a {@link SessionHolder} for one of ours. What Spring suspends is then suspended for both.
 */
final class SpringBridge implements TransactionBridge {

    private final ConnectionFactory target;

    SpringBridge(ConnectionFactory target) {
        this.target = target;
    }

    @Override
    public ConnectionFactory target() {
        return target;
    }

    @Override
    public Publisher<? extends Connection> create() {
        return target.create();
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return target.getMetadata();
    }

    @Override
    public @Nullable Session current(Sessions sessions, ContextView context) {
        TransactionContext transaction = SpringContext.of(context);
        if (transaction == null) {
            return null;
        }
        TransactionSynchronizationManager manager = new TransactionSynchronizationManager(transaction);
        if (manager.hasResource(this)) {
            throw new IllegalStateException(
                    "Spring has bound a connection of the factory that SpringTransactions.sharedBy"
                            + " gave, and so begins transactions that the database does not see; make its transaction manager and"
                            + " DatabaseClient on the factory that was given to sharedBy, which is " + target);
        }
        Object resource = manager.getResource(target);
        if (resource instanceof SessionHolder ours) {
            return ours.session();
        }
        // Without synchronization there is nobody to tell of the end: Spring clears it when it has committed, and lends
        // a connection without a transaction by a holder, too.
        return resource instanceof ConnectionHolder theirs
                        && manager.isActualTransactionActive()
                        && manager.isSynchronizationActive()
                ? guest(sessions, transaction, manager, theirs)
                : null;
    }

    private Session guest(
            Sessions sessions,
            TransactionContext transaction,
            TransactionSynchronizationManager manager,
            ConnectionHolder holder) {
        GuestKey key = new GuestKey(target);
        // Two statements may be subscribed at the same time.
        synchronized (transaction) {
            if (manager.getResource(key) instanceof SpringGuest known) {
                return known.session();
            }
            SpringGuest guest = SpringGuest.in(sessions, manager, holder.getConnection(), key);
            manager.bindResource(key, guest);
            manager.registerSynchronization(guest);
            return guest.session();
        }
    }

    /** A place of its own for Spring, so that what runs beside the body is not in its transaction. */
    @Override
    public Context bind(Session session, Context context) {
        TransactionContext around = SpringContext.of(context);
        SpringContext within = SpringContext.create();
        TransactionSynchronizationManager manager = new TransactionSynchronizationManager(within.transaction());
        HostTransaction host = HostTransaction.of(session).orElse(null);
        manager.bindResource(target, new SessionHolder(session, host));
        manager.setActualTransactionActive(true);
        if (around != null && holds(around, session)) {
            within.joinTo(around);
        } else if (host != null) {
            within.describe(host);
            SpringSynchronizations.runBy(host, target, within);
        }
        return within.in(context);
    }

    /** Whether the session is of a savepoint in the transaction that is current there. */
    private boolean holds(TransactionContext around, Session session) {
        TransactionSynchronizationManager manager = new TransactionSynchronizationManager(around);
        Session outer = manager.getResource(target) instanceof SessionHolder ours
                ? ours.session()
                : manager.getResource(new GuestKey(target)) instanceof SpringGuest guest ? guest.session() : null;
        return outer != null && session.isWithin(outer);
    }

    @Override
    public Context unbind(Context context) {
        return SpringContext.without(context);
    }

    @Override
    public String toString() {
        return "SpringBridge[" + target + "]";
    }
}
