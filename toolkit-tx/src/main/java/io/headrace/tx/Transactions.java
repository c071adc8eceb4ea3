package io.headrace.tx;

import io.headrace.core.Database;
import io.headrace.core.bulk.Bulk;
import io.headrace.core.connection.Session;
import io.headrace.core.connection.Sessions;
import io.headrace.core.connection.TransactionOutcome;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Transactions of one database as operators. The current transaction travels in Reactor's context: every statement of
 * the same database that is subscribed inside runs in it.
 *
 * <p>All operators are lazy, and each subscription is a transaction of its own. Completion commits, an error rolls back
 * and is passed on, and a cancel stops what the server is doing and rolls back, detached. A {@code Mono} gives its value
 * after the commit; a {@code Flux} passes elements on as they come, before the commit, so they may yet be rolled back,
 * unless {@link TransactionOptions#holdUntilCommit} holds them. Signals arrive on the driver's event loop.
 *
 * <p>A part that joins a transaction and fails dooms it, even if its error is handled further out: what it left half done
 * is never committed ({@link RolledBackException}). Only {@link #nested()} undoes a part alone.
 */
public final class Transactions {

    private final Sessions sessions;
    private final TransactionOptions options;

    private Transactions(Sessions sessions, TransactionOptions options) {
        this.sessions = sessions;
        this.options = options;
    }

    /** Transactions of this database, with the session's default isolation and access mode. */
    public static Transactions on(Database database) {
        return new Transactions(database.sessions(), TransactionOptions.defaults());
    }

    static Transactions on(Sessions sessions) {
        return new Transactions(sessions, TransactionOptions.defaults());
    }

    /** The same, with somebody who is told of each new transaction. */
    public Transactions listening(TransactionListener listener) {
        return new Transactions(sessions, options.listening(listener));
    }

    /** The same with these options for each new transaction: {@code tx.with(o -> o.isolation(SERIALIZABLE))}. */
    public Transactions with(UnaryOperator<TransactionOptions> change) {
        return new Transactions(sessions, change.apply(options));
    }

    /** The {@code Mono} in the current transaction, or in a new one: {@link #required()} without {@code transform}. */
    public <T> Mono<T> run(Mono<T> body) {
        return described(Propagation.REQUIRED).mono(body);
    }

    /** The {@code Flux} in the current transaction, or in a new one: {@link #required()} without {@code transform}. */
    public <T> Flux<T> run(Flux<T> body) {
        return described(Propagation.REQUIRED).flux(body);
    }

    /** An operator for {@code transform}: the publisher runs where this says. A {@code Mono} stays a {@code Mono}. */
    public <T> Function<Publisher<T>, Publisher<T>> by(Propagation propagation) {
        return described(propagation)::publisher;
    }

    private Propagated described(Propagation propagation) {
        return new Propagated(sessions, options.describedHere(), propagation);
    }

    private Propagated propagated(Propagation propagation) {
        return new Propagated(sessions, options, propagation);
    }

    /** In the current transaction, or in a new one. */
    public <T> Function<Publisher<T>, Publisher<T>> required() {
        return by(Propagation.REQUIRED);
    }

    /** In a new transaction on a connection of its own, whether or not one is under way. */
    public <T> Function<Publisher<T>, Publisher<T>> requiresNew() {
        return by(Propagation.REQUIRES_NEW);
    }

    /**
     * Behind a savepoint of the current transaction, to which an error or a cancel rolls back while the transaction goes on;
     * in a new transaction where there is none.
     */
    public <T> Function<Publisher<T>, Publisher<T>> nested() {
        return by(Propagation.NESTED);
    }

    /** In the current transaction; a {@link NoTransactionException} where there is none. */
    public <T> Function<Publisher<T>, Publisher<T>> mandatory() {
        return by(Propagation.MANDATORY);
    }

    /** In the current transaction, or without one. */
    public <T> Function<Publisher<T>, Publisher<T>> supports() {
        return by(Propagation.SUPPORTS);
    }

    /** Without the current transaction, on other connections. */
    public <T> Function<Publisher<T>, Publisher<T>> notSupported() {
        return by(Propagation.NOT_SUPPORTED);
    }

    /** Without a transaction; an {@link IncompatibleTransactionException} where one is under way. */
    public <T> Function<Publisher<T>, Publisher<T>> never() {
        return by(Propagation.NEVER);
    }

    /**
     * What is under way here. Emits one element, or none where no transaction is; one that was not begun by this module is
     * none.
     */
    public Mono<CurrentTransaction> current() {
        return Mono.deferContextual(context -> {
            Session session = sessions.current(context);
            return session != null && session.guide() instanceof Work work
                    ? Mono.just(CurrentTransaction.of(work))
                    : Mono.empty();
        });
    }

    /**
     * Marks what is under way here, a transaction or the innermost savepoint, to be rolled back when its body completes,
     * without an error. Completes at once; a {@link NoTransactionException} outside a transaction.
     */
    public Mono<Void> setRollbackOnly() {
        return inside("setRollbackOnly()", Work::setRollbackOnly);
    }

    /**
     * Has something run inside the current transaction just before it commits, such as a check; an error of it rolls the
     * transaction back. Completes when it is registered; a {@link NoTransactionException} outside a transaction. What is
     * registered behind a savepoint is dropped if that is rolled back, for all four kinds of hook.
     */
    public Mono<Void> beforeCommit(Mono<Void> hook) {
        return inside("beforeCommit()", work -> work.hooks().beforeCommit(hook));
    }

    /**
     * Has something run when the current transaction has committed, before its subscriber hears of that, outside any
     * transaction, one hook after the other. An error of it is logged and changes nothing: the commit has happened. A
     * process that dies in between never runs it.
     */
    public Mono<Void> afterCommit(Mono<Void> hook) {
        return after("afterCommit()", outcome -> outcome == TransactionOutcome.COMMITTED ? hook : Mono.empty());
    }

    /** The same when the current transaction has been rolled back, for whatever reason. */
    public Mono<Void> afterRollback(Mono<Void> hook) {
        return after("afterRollback()", outcome -> outcome == TransactionOutcome.ROLLED_BACK ? hook : Mono.empty());
    }

    /** The same when the current transaction has ended in any way, which is told. */
    public Mono<Void> afterCompletion(Function<TransactionOutcome, Mono<Void>> hook) {
        return after("afterCompletion()", hook);
    }

    private Mono<Void> after(String operation, Function<TransactionOutcome, Mono<Void>> hook) {
        return inside(operation, work -> work.hooks().afterwards(hook));
    }

    private Mono<Void> inside(String operation, Consumer<Work> action) {
        return Mono.deferContextual(context -> {
            Session session = sessions.current(context);
            if (session == null || !(session.guide() instanceof Work work)) {
                return Mono.error(new NoTransactionException(operation));
            }
            action.accept(work);
            return Mono.empty();
        });
    }

    /**
     * Does some work behind a savepoint, or in a new transaction where there is none, and says what became of it instead of
     * failing with it: {@link Trial.Kept}, or undone and {@link Trial.Skipped}. An error that leaves the connection unusable,
     * or that retrying could cure (see {@link AttemptOptions#defaults}), is passed on.
     */
    public <R> Mono<Trial<R>> attempt(Mono<R> work) {
        return attempt(work, error -> true);
    }

    /** The same, where only these errors are skipped and any other is passed on. */
    public <R> Mono<Trial<R>> attempt(Mono<R> work, Predicate<Throwable> skippable) {
        Mono<Trial<R>> kept =
                work.<Trial<R>>map(Trial.Kept::new).switchIfEmpty(Mono.fromSupplier(() -> new Trial.Kept<>(null)));
        AttemptOptions allowed = AttemptOptions.defaults().skipping(skippable);
        return propagated(Propagation.NESTED)
                .mono(Attempts.unlessRolledBack(sessions, kept))
                .onErrorResume(allowed::maySkip, error -> Mono.just(new Trial.Skipped<>(error)));
    }

    /** {@link #attemptEach(Publisher, Function, AttemptOptions)} with {@link AttemptOptions#defaults()}. */
    public <T, R> Flux<Attempt<T, R>> attemptEach(
            Publisher<T> items, Function<? super T, ? extends Mono<? extends R>> work) {
        return attemptEach(items, work, AttemptOptions.defaults());
    }

    /**
     * Does the work of each item in one transaction, one item after the other, and undoes that of the items that fail. Emits
     * one {@link Attempt} per item in input order: kept, or undone and skipped. By default each item has a savepoint of
     * its own; {@link AttemptStrategy#BISECT} has chunks of them share one, and then attempts are emitted when their part of the
     * chunk is settled. An error that may not be skipped rolls the whole transaction back. So does a cancel.
     *
     * <p>No more than one chunk is held, and the next is asked for when the last is settled. Only the database is undone;
     * what the work does elsewhere is the caller's concern.
     */
    public <T, R> Flux<Attempt<T, R>> attemptEach(
            Publisher<T> items, Function<? super T, ? extends Mono<? extends R>> work, AttemptOptions options) {
        return run(new Attempts(sessions, options).each(items, work));
    }

    /**
     * Does the work of whole chunks of items, such as one statement for all of them, in one transaction and each behind a
     * savepoint. A chunk that fails is rolled back and halved until the items that fail stand alone. Emits one
     * {@link BulkAttempt} per chunk in input order. The work gives how many rows it made. It is done again for parts
     * of a chunk that failed, so it must give the same when it is done again, and it must not matter to the outcome whether
     * items go together or one after the other.
     *
     * <p>No more than one chunk is held, and the next is asked for when the last is settled.
     */
    public <T> Flux<BulkAttempt<T>> attemptChunks(
            Publisher<T> items, Function<? super List<T>, ? extends Mono<Long>> work, AttemptOptions options) {
        return run(new Attempts(sessions, options).chunks(items, work));
    }

    /** {@link #attemptBulk(Bulk, Publisher, AttemptOptions)} with {@link AttemptOptions#defaults()}. */
    public <T extends Record> Flux<BulkAttempt<T>> attemptBulk(Bulk<T> bulk, Publisher<T> rows) {
        return attemptBulk(bulk, rows, AttemptOptions.defaults());
    }

    /**
     * Inserts rows in bulk and skips those that the database refuses, in one transaction: each chunk goes by COPY behind
     * a savepoint, and a chunk that fails is narrowed down until the refused rows stand alone. Emits one
     * {@link BulkAttempt} per chunk in input order. At most one chunk of rows is held, and the next is asked for when
     * the last is in.
     */
    public <T extends Record> Flux<BulkAttempt<T>> attemptBulk(
            Bulk<T> bulk, Publisher<T> rows, AttemptOptions options) {
        return run(new Attempts(sessions, options).bulk(bulk, rows));
    }
}
