package io.headrace.core.connection;

import io.headrace.core.dialect.Dialect;
import io.headrace.core.observe.StatementLabel;
import io.r2dbc.spi.Connection;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * One connection for as long as one scope holds it. Statements on it are tracked, and the driver's publishers are never
 * cancelled: a statement whose subscriber goes is drained, and, where nothing else depends on it, stopped on the server
 * first.
 *
 * <p>Behind each savepoint there is a session of its own on the same connection. While one is in use, what is started on
 * the session around it waits until the savepoint has been released or rolled back, so that it is never undone with it.
 */
public final class Session {

    private static final StatementLabel UNLABELLED = StatementLabel.of("of the toolkit itself");

    private final Conversation conversation;
    private final Level level;
    private final TransactionGuide guide;

    Session(Conversation conversation, Level level, TransactionGuide guide) {
        this.conversation = conversation;
        this.level = level;
        this.guide = guide;
    }

    /** The connection itself. Do not cancel its publishers and do not close it. */
    public Connection connection() {
        return conversation.connection();
    }

    /**
     * The connection for somebody who takes part in the transaction and knows nothing of sessions, such as a framework that
     * is given a connection. Statements on it are tracked as those of {@link #run}, also where they are cancelled; savepoints
     * must be released in the order of a stack. What would begin, end or set up the transaction is refused; closing it does
     * nothing.
     */
    public Connection guestConnection() {
        return new GuestConnection(this);
    }

    /** The dialect of the database. */
    public Dialect dialect() {
        return conversation.dialect();
    }

    /** Whether it belongs to a transaction, and not to a single statement. */
    public boolean isTransactional() {
        return conversation.isTransactional();
    }

    /** What its transaction, or its savepoint, was begun with; {@link TransactionGuide#NONE} where that is nothing. */
    public TransactionGuide guide() {
        return guide;
    }

    /** Whether it is this session or one behind a savepoint of it. */
    public boolean isWithin(Session other) {
        return conversation == other.conversation && level.isWithin(other.level);
    }

    /**
     * Runs statements on the connection, tracked until the driver has really ended. Emits what the function's publisher
     * emits. A cancel downstream is passed on only where the driver stops by that; elsewhere the rest is requested and discarded,
     * and outside a transaction the server is asked to stop. Inside one the statement runs out where stopping it would abort
     * the transaction.
     *
     * <p>Begins when its first element is asked for. Fails with {@link SessionEndedException} once the end of the session
     * has begun, with {@link io.headrace.core.error.OpenStreamException} while the rows of another statement are being read
     * on demand, and with {@link io.headrace.core.error.StatementQueueFullException} where too many wait already; waits
     * where as many as allowed are in flight.
     *
     * @param label what errors call it
     */
    public <T> Flux<T> run(
            StatementLabel label, Function<? super Connection, ? extends Publisher<? extends T>> statements) {
        return new DrainingFlux<T>(this, label, null, () -> statements.apply(connection()));
    }

    /**
     * {@link #run(StatementLabel, Function)} for a single text: errors of the driver tell of it and of the place in it that
     * the server points at, by a suppressed exception.
     */
    public <T> Flux<T> run(
            StatementLabel label,
            String text,
            Function<? super Connection, ? extends Publisher<? extends T>> statement) {
        return new DrainingFlux<T>(this, label, text, () -> statement.apply(connection()));
    }

    /** {@link #run(StatementLabel, Function)} for a statement that has no label. */
    public <T> Flux<T> run(Function<? super Connection, ? extends Publisher<? extends T>> statements) {
        return run(UNLABELLED, statements);
    }

    /**
     * The same for a statement that is read in chunks by the driver's fetch size: at a cancel the driver closes its
     * portal at the end of the current chunk, so the transaction goes on unharmed, and a probe behind it shows when that
     * is done. Outside a transaction the server is asked to stop if the chunk takes long.
     *
     * @param label what errors call it
     * @param text what is sent
     */
    public <T> Flux<T> stream(
            StatementLabel label,
            String text,
            Function<? super Connection, ? extends Publisher<? extends T>> statement) {
        return new StreamingFlux<T>(this, label, text, () -> statement.apply(connection()));
    }

    /**
     * Completes when no statement is in flight and no stop request can hit the next one; an error if that takes longer
     * than the drain timeout.
     */
    Mono<Void> quiet() {
        return Mono.defer(() -> conversation.isSettled() ? Mono.empty() : conversation.settled(queue().quiet()));
    }

    /** Whether it is quiet already. */
    boolean isSettled() {
        return conversation.isSettled();
    }

    /** From now on no statement is taken, and those that wait for a place are answered. */
    void seal() {
        queue().seal(level);
    }

    Conversation conversation() {
        return conversation;
    }

    Level level() {
        return level;
    }

    StatementQueue queue() {
        return conversation.queue();
    }

    Scheduler timer() {
        return conversation.config().timer();
    }

    boolean isObserved() {
        return !conversation.config().listeners().isEmpty();
    }

    /** How many stop requests have been sent so far. */
    int stopRequests() {
        return conversation.stopRequests();
    }

    /** Completes when all that was sent before has been answered; fails only where the connection is lost. */
    Mono<Void> probe() {
        return dialect().settle(connection());
    }

    /** Whether a cancel of the driver stops this statement and leaves the transaction as it is, if there is one. */
    boolean stopsOnCancel(@Nullable String text) {
        return conversation.running() != null && (!isTransactional() || Running.isQuery(text));
    }

    /** Called at a cancel, while the statement is still in flight. */
    void stopAfterCancel() {
        if (!isTransactional()) {
            conversation.sendStop(queue()::joinIfBusy);
        }
    }
}
