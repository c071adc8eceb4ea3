package io.headrace.core.connection;

import io.r2dbc.spi.Connection;
import reactor.core.publisher.Mono;

/**
 * Our part in a transaction that somebody else has begun, and will end, on a connection of theirs. They have to tell it of
 * the end: {@link #settled} before they commit, {@link #end} before they commit or roll back.
 */
public final class GuestSession {

    private final Session session;

    private GuestSession(Session session) {
        this.session = session;
    }

    /**
     * A part in a transaction.
     *
     * @param connection theirs, on which BEGIN has been answered
     * @param guide found by those inside as {@link Session#guide}; not asked about the end
     */
    public static GuestSession of(Sessions sessions, Connection connection, TransactionGuide guide) {
        return new GuestSession(sessions.adopt(connection, guide));
    }

    /** The session; one for the whole transaction. */
    public Session session() {
        return session;
    }

    /** Completes when no statement of ours runs or waits and no savepoint is open; fails where one was refused. */
    public Mono<Void> settled() {
        return Mono.defer(() -> session.conversation().settled(session.queue().woundUp()))
                .then(Mono.defer(() -> {
                    Throwable failure = session.queue().failureOf(session.level());
                    return failure == null ? Mono.empty() : Mono.error(failure);
                }));
    }

    /** From now on takes no statement. Completes when those that there are have ended, and no stop request is on its way. */
    public Mono<Void> end() {
        return Mono.defer(() -> {
            session.seal();
            return session.quiet();
        });
    }

    /** The same before a rollback: what still runs is stopped on the server. */
    public Mono<Void> stop() {
        return Mono.defer(() -> {
            session.queue().abandon();
            session.seal();
            return session.isSettled()
                    ? Mono.empty()
                    : session.conversation().stopped(session.queue()::joinIfBusy, session.queue()::quiet);
        });
    }
}
