package io.headrace.tx;

import io.headrace.core.Database;
import io.headrace.core.bulk.Bulk;
import io.headrace.core.connection.Session;
import io.headrace.core.connection.Sessions;
import io.headrace.core.connection.TransactionScope;
import io.headrace.core.dialect.TransactionMode;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Transactions of one database as operators. The current transaction travels in Reactor's context: every statement of
 * the same database that is subscribed inside runs in it.
 *
 * <p>All operators are lazy, and each subscription is a transaction of its own. Completion commits, an error rolls back
 * and is passed on, and a cancel stops what the server is doing and rolls back, detached. A {@code Mono} gives its value
 * after the commit; a {@code Flux} passes rows on as they come, before the commit, so they may yet be rolled back.
 * Signals arrive on the driver's event loop.
 */
public final class Transactions {

    private final Sessions sessions;
    private final TransactionMode mode;

    private Transactions(Sessions sessions, TransactionMode mode) {
        this.sessions = sessions;
        this.mode = mode;
    }

    /** Transactions of this database, with the session's default isolation and access mode. */
    public static Transactions on(Database database) {
        return new Transactions(database.sessions(), TransactionMode.defaults());
    }

    /** The same, beginning each new transaction in this mode. A transaction that is joined keeps its own. */
    public Transactions with(TransactionMode newMode) {
        return new Transactions(sessions, newMode);
    }

    /** An operator for {@code transform}: the publisher runs in the current transaction, or in a new one. */
    public <T> Function<Publisher<T>, Publisher<T>> required() {
        return body -> body instanceof Mono<T> mono ? required(mono) : required(Flux.from(body));
    }

    /** The {@code Mono} in the current transaction, or in a new one; its value comes after the commit of a new one. */
    public <T> Mono<T> required(Mono<T> body) {
        return Mono.deferContextual(context -> sessions.current(context) != null
                ? body
                : TransactionScope.of(sessions, mode).mono(session -> body));
    }

    /** The {@code Flux} in the current transaction, or in a new one; its elements come before the commit. */
    public <T> Flux<T> required(Flux<T> body) {
        return Flux.deferContextual(context -> sessions.current(context) != null
                ? body
                : TransactionScope.of(sessions, mode).flux(session -> body));
    }

    /**
     * An operator for {@code transform}: the publisher runs behind a savepoint of the current transaction, to which an
     * error rolls back; the transaction goes on. Fails with {@link NoTransactionException} where there is none.
     */
    public <T> Function<Publisher<T>, Publisher<T>> nested() {
        return body -> body instanceof Mono<T> mono ? nested(mono) : nested(Flux.from(body));
    }

    /** The {@code Mono} behind a savepoint; its value comes after the savepoint's release. */
    public <T> Mono<T> nested(Mono<T> body) {
        return Mono.deferContextual(context -> {
            Session session = sessions.current(context);
            return session == null
                    ? Mono.error(new NoTransactionException("nested()"))
                    : Savepoints.mono(session, body);
        });
    }

    /** The {@code Flux} behind a savepoint; its elements come before the savepoint's release. */
    public <T> Flux<T> nested(Flux<T> body) {
        return Flux.deferContextual(context -> {
            Session session = sessions.current(context);
            return session == null
                    ? Flux.error(new NoTransactionException("nested()"))
                    : Savepoints.flux(session, body);
        });
    }

    /** {@link #attemptEach(Publisher, Function, AttemptOptions)} with {@link AttemptOptions#defaults()}. */
    public <T, R> Flux<Attempt<T, R>> attemptEach(
            Publisher<T> items, Function<? super T, ? extends Mono<? extends R>> work) {
        return attemptEach(items, work, AttemptOptions.defaults());
    }

    /**
     * Does the work of each item behind a savepoint of its own, in one transaction, one item after the other. Emits one
     * {@link Attempt} per item in input order: kept, or undone and skipped. An error that may not be skipped rolls the
     * whole transaction back.
     *
     * <p>Only the database is undone; what the work does elsewhere is the caller's concern.
     */
    public <T, R> Flux<Attempt<T, R>> attemptEach(
            Publisher<T> items, Function<? super T, ? extends Mono<? extends R>> work, AttemptOptions options) {
        return required(Flux.defer(() -> {
            SkipCount count = new SkipCount(options);
            return Flux.from(items).concatMap(item -> attempt(item, work, options, count), 1);
        }));
    }

    /**
     * Inserts rows in bulk and skips those that the database refuses, in one transaction: each chunk goes by COPY behind
     * a savepoint, and a chunk that fails is narrowed down until the refused rows stand alone. Emits one
     * {@link BulkAttempt} per chunk in input order. At most one chunk of rows is held, and the next is asked for when
     * the last is in.
     */
    public <T extends Record> Flux<BulkAttempt<T>> attemptBulk(
            Bulk<T> bulk, Publisher<T> rows, AttemptOptions options) {
        return required(Flux.deferContextual(context -> {
            Session session = sessions.current(context);
            if (session == null) {
                return Flux.error(new NoTransactionException("attemptBulk"));
            }
            BulkAttempts<T> attempts = new BulkAttempts<>(session, bulk, options);
            return Flux.from(rows).buffer(options.chunkSize()).concatMap(attempts::chunk, 0);
        }));
    }

    private <T, R> Mono<Attempt<T, R>> attempt(
            T item, Function<? super T, ? extends Mono<? extends R>> work, AttemptOptions options, SkipCount count) {
        Mono<Attempt<T, R>> kept = Mono.<R>defer(() -> work.apply(item).map(value -> value))
                .<Attempt<T, R>>map(value -> new Attempt.Kept<>(item, value))
                .switchIfEmpty(Mono.fromSupplier(() -> new Attempt.Kept<>(item, null)));
        return nested(kept).onErrorResume(options::maySkip, error -> count.add(error)
                .thenReturn(new Attempt.Skipped<>(item, error)));
    }
}
