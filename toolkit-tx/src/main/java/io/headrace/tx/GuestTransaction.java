package io.headrace.tx;

import io.headrace.core.connection.GuestSession;
import io.headrace.core.connection.Session;
import io.headrace.core.connection.Sessions;
import io.headrace.core.connection.TransactionOutcome;
import io.r2dbc.spi.Connection;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * A transaction that another framework has begun and will end, as {@link Transactions} sees it: parts join it, savepoints
 * are set in it, and hooks that are registered in it run around its end. For those who write a
 * {@link io.headrace.core.connection.TransactionBridge}; they have to tell it of the end, in the order of its methods.
 */
public final class GuestTransaction {

    private final TransactionWork work;
    private final GuestSession guest;

    private GuestTransaction(TransactionWork work, GuestSession guest) {
        this.work = work;
        this.guest = guest;
    }

    /**
     * Takes part in a transaction.
     *
     * @param connection theirs, on which BEGIN has been answered
     * @param description its name, isolation level and access mode, as far as they are known; nothing else of it is used
     */
    public static GuestTransaction on(
            Sessions sessions, Connection connection, UnaryOperator<TransactionOptions> description) {
        TransactionOptions options = description.apply(TransactionOptions.defaults());
        boolean readOnly = Boolean.TRUE.equals(options.mode().readOnly());
        // What is told and counted of a transaction is up to who has begun it.
        TransactionWork work = new TransactionWork(sessions, options, null, readOnly, 1, Context.empty());
        return new GuestTransaction(work, GuestSession.of(sessions, connection, work));
    }

    /** The session that is current in it. */
    public Session session() {
        return guest.session();
    }

    /**
     * To be run inside before the commit: the hooks, then the wait for what still runs. Fails where the transaction must
     * not be committed, with a {@link RolledBackException} where a part has failed or {@link Transactions#setRollbackOnly}
     * was said; then it is to be rolled back.
     */
    public Mono<Void> beforeCommit() {
        return work.judged(Mono.<Void>empty())
                .then(Mono.defer(() ->
                        work.rollsBack() ? Mono.error(RolledBackException.asAsked(work.toString())) : guest.settled()));
    }

    /** To be run before COMMIT is sent: nothing is started from now on. Completes when nothing runs. */
    public Mono<Void> end() {
        return guest.end();
    }

    /** To be run before ROLLBACK is sent: the same, but what runs is stopped on the server. */
    public Mono<Void> stop() {
        return guest.stop();
    }

    /** To be run after the end: the hooks that follow it. */
    public Mono<Void> ended(TransactionOutcome outcome) {
        return work.ended(outcome, null);
    }
}
