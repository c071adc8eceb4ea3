package io.headrace.core.connection;

import io.headrace.core.dialect.Dialect;
import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One connection for as long as one scope holds it. Statements on it are tracked, and the driver's publishers are never
 * cancelled: a statement whose subscriber goes is drained, and, where nothing else depends on it, stopped on the server
 * first.
 */
public final class Session {

    private final Connection connection;
    private final Dialect dialect;
    private final Duration drainTimeout;
    private final boolean transactional;
    private final AtomicBoolean stopSent = new AtomicBoolean();

    /** Guarded by itself, with {@link #inFlight}. */
    private final List<Sinks.Empty<Void>> waiting = new ArrayList<>();

    private int inFlight;

    private boolean sealed;

    Session(Connection connection, Dialect dialect, Duration drainTimeout, boolean transactional) {
        this.connection = connection;
        this.dialect = dialect;
        this.drainTimeout = drainTimeout;
        this.transactional = transactional;
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
     * server is asked to stop. Inside one the statement runs out, because stopping it would abort the transaction. Fails
     * with {@link SessionEndedException} once the end of the session has begun.
     */
    public <T> Flux<T> run(Function<? super Connection, ? extends Publisher<? extends T>> statements) {
        return new DrainingFlux<T>(this, Flux.defer(() -> Flux.from(statements.apply(connection))));
    }

    /**
     * The same for a statement that is read in chunks by the driver's fetch size: at a cancel the driver closes its
     * portal at the end of the current chunk, so the transaction goes on unharmed, and a probe behind it shows when that
     * is done. Outside a transaction the server is asked to stop if the chunk takes long.
     */
    public <T> Flux<T> stream(Function<? super Connection, ? extends Publisher<? extends T>> statement) {
        return new StreamingFlux<T>(this, Flux.defer(() -> Flux.from(statement.apply(connection))));
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
            return isQuiet()
                    ? settled
                    : awaitEnd()
                            .timeout(drainTimeout, Mono.error(() -> new DrainTimeoutException(drainTimeout)))
                            .then(settled);
        });
    }

    /** The common case, which needs no timer. */
    private boolean isQuiet() {
        synchronized (waiting) {
            return inFlight == 0;
        }
    }

    private Mono<Void> awaitEnd() {
        synchronized (waiting) {
            if (inFlight == 0) {
                return Mono.empty();
            }
            Sinks.Empty<Void> sink = Sinks.empty();
            waiting.add(sink);
            return sink.asMono();
        }
    }

    /**
     * Ends the time in which statements may be started: what comes later belongs to a subscriber who has not yet heard of the
     * end, and would otherwise run behind the rollback, outside the transaction that it was written for.
     */
    void seal() {
        synchronized (waiting) {
            sealed = true;
        }
    }

    /** Counts one more statement as in flight, unless the session has ended. */
    boolean start() {
        synchronized (waiting) {
            if (sealed) {
                return false;
            }
            inFlight++;
            return true;
        }
    }

    /** Runs a statement that ends the session's work, such as COMMIT, when nothing else may run any more. */
    Mono<Void> finish(Function<? super Connection, ? extends Publisher<Void>> statement) {
        return Flux.defer(() -> statement.apply(connection)).then();
    }

    void ended() {
        List<Sinks.Empty<Void>> released = List.of();
        synchronized (waiting) {
            inFlight--;
            if (inFlight == 0) {
                released = List.copyOf(waiting);
                waiting.clear();
            }
        }
        released.forEach(Sinks.Empty::tryEmitEmpty);
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
            synchronized (waiting) {
                if (inFlight == 0) {
                    return Mono.empty();
                }
                inFlight++;
            }
            stopSent.set(true);
            return dialect.stopStatement(connection).onErrorComplete().doOnTerminate(this::ended);
        });
    }
}
