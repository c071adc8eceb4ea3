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
     * server is asked to stop. Inside one the statement runs out, because stopping it would abort the transaction.
     */
    public <T> Flux<T> run(Function<? super Connection, ? extends Publisher<? extends T>> statements) {
        return new DrainingFlux<T>(this, Flux.defer(() -> Flux.from(statements.apply(connection))));
    }

    /** Asks the server to stop what runs now, and completes when the connection is quiet and safe to use. */
    public Mono<Void> stop() {
        return Mono.defer(() -> isQuiet() ? Mono.<Void>empty() : sendStop().then(quiet()));
    }

    /**
     * Completes when no statement is in flight and no stop request can hit the next one; an error if that takes longer
     * than the drain timeout.
     */
    public Mono<Void> quiet() {
        return Mono.defer(() -> awaitEnd()
                .timeout(drainTimeout, Mono.error(() -> new DrainTimeoutException(drainTimeout)))
                .then(Mono.defer(
                        () -> stopSent.compareAndSet(true, false) ? dialect.settle(connection) : Mono.<Void>empty())));
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

    void started() {
        synchronized (waiting) {
            inFlight++;
        }
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

    /** Called at a cancel, while the statement is still in flight. */
    Mono<Void> stopAfterCancel() {
        return transactional ? Mono.empty() : sendStop();
    }

    private boolean isQuiet() {
        synchronized (waiting) {
            return inFlight == 0;
        }
    }

    /** The request itself counts as in flight: only when it has been taken can its signal be waited for. */
    private Mono<Void> sendStop() {
        return Mono.defer(() -> {
            stopSent.set(true);
            started();
            return dialect.stopStatement(connection).onErrorComplete().doOnTerminate(this::ended);
        });
    }
}
