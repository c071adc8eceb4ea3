package io.headrace.core.connection;

import io.headrace.core.dialect.Dialect;
import io.headrace.core.observe.StatementLabel;
import io.r2dbc.spi.Connection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * One connection for as long as one scope holds it. Statements on it are tracked, and the driver's publishers are never
 * cancelled: a statement whose subscriber goes is drained, and, where nothing else depends on it, stopped on the server
 * first.
 */
public final class Session {

    private static final StatementLabel UNLABELLED = StatementLabel.of("of the toolkit itself");

    private final Connection connection;
    private final Dialect dialect;
    private final SessionConfig config;
    private final boolean transactional;
    private final StatementQueue queue;
    private final AtomicBoolean stopSent = new AtomicBoolean();
    private final AtomicInteger stopRequests = new AtomicInteger();

    Session(Connection connection, Dialect dialect, SessionConfig config, boolean transactional) {
        this.connection = connection;
        this.dialect = dialect;
        this.config = config;
        this.transactional = transactional;
        this.queue = new StatementQueue(config.statementsInFlight(), config.statementsWaiting());
    }

    /** The connection itself. Do not cancel its publishers and do not close it. */
    public Connection connection() {
        return connection;
    }

    /** The dialect of the database. */
    public Dialect dialect() {
        return dialect;
    }

    /**
     * Runs statements on the connection, tracked until the driver has really ended. Emits what the function's publisher
     * emits. A cancel downstream is not passed on: the rest is requested and discarded, and outside a transaction the
     * server is asked to stop. Inside one the statement runs out, because stopping it would abort the transaction.
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
        return new DrainingFlux<T>(this, label, null, () -> statements.apply(connection));
    }

    /**
     * {@link #run(StatementLabel, Function)} for a single text: errors of the driver tell of it and of the place in it that
     * the server points at, by a suppressed exception.
     */
    public <T> Flux<T> run(
            StatementLabel label,
            String text,
            Function<? super Connection, ? extends Publisher<? extends T>> statement) {
        return new DrainingFlux<T>(this, label, text, () -> statement.apply(connection));
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
        return new StreamingFlux<T>(this, label, text, () -> statement.apply(connection));
    }

    /** Asks the server to stop what runs now, and completes when the connection is quiet and safe to use. */
    public Mono<Void> stop() {
        return sendStop().then(quiet());
    }

    /**
     * Completes when no statement is in flight and no stop request can hit the next one; an error if that takes longer
     * than the drain timeout.
     */
    public Mono<Void> quiet() {
        return Mono.defer(() -> {
            Mono<Void> settled = Mono.defer(
                    () -> stopSent.compareAndSet(true, false) ? dialect.settle(connection) : Mono.<Void>empty());
            // The common case, which needs no timer.
            return queue.isQuiet()
                    ? settled
                    : queue.quiet()
                            .timeout(
                                    config.drainTimeout(),
                                    Mono.error(() -> new DrainTimeoutException(config.drainTimeout())),
                                    config.timer())
                            .then(settled);
        });
    }

    /** Whether it is quiet already. */
    boolean isSettled() {
        return queue.isQuiet() && !stopSent.get();
    }

    /** From now on no statement is taken, and those that wait for a place are answered. */
    void seal() {
        queue.seal();
    }

    /** Runs a statement that ends the session's work, such as COMMIT, when nothing else may run any more. */
    Mono<Void> finish(Function<? super Connection, ? extends Publisher<Void>> statement) {
        return Flux.defer(() -> statement.apply(connection)).then();
    }

    StatementQueue queue() {
        return queue;
    }

    Scheduler timer() {
        return config.timer();
    }

    boolean isObserved() {
        return !config.listeners().isEmpty();
    }

    /** How many stop requests have been sent so far. */
    int stopRequests() {
        return stopRequests.get();
    }

    /** Completes when all that was sent before has been answered; fails only where the connection is lost. */
    Mono<Void> probe() {
        return dialect.settle(connection);
    }

    /** Called at a cancel, while the statement is still in flight. */
    Mono<Void> stopAfterCancel() {
        return transactional ? Mono.empty() : sendStop();
    }

    /**
     * The request itself counts as in flight, for only when it has been taken can its signal be waited for; and it is
     * sent only while something else still is, for a session that has become quiet may belong to someone else by then.
     * Must not be cancelled once it has begun.
     */
    private Mono<Void> sendStop() {
        return Mono.defer(() -> {
            if (!queue.joinIfBusy()) {
                return Mono.empty();
            }
            stopSent.set(true);
            stopRequests.incrementAndGet();
            return dialect.stopStatement(connection).onErrorComplete().doOnTerminate(queue::leave);
        });
    }
}
