package io.headrace.core.connection;

import io.headrace.core.dialect.Dialect;
import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What goes on over one connection: all that the views of a session share. */
final class Conversation {

    /** Much longer than a healthy server needs to stop a statement, for each request costs it a connection. */
    private static final Duration STOP_AGAIN = Duration.ofMillis(500);

    private final Connection connection;
    private final Dialect dialect;
    private final SessionConfig config;
    private final boolean transactional;
    private final Level root = new Level(null);
    private final StatementQueue queue;
    private final @Nullable Running running;
    private final AtomicBoolean stopSent = new AtomicBoolean();
    private final AtomicInteger stopRequests = new AtomicInteger();
    private final AtomicInteger savepoints = new AtomicInteger();

    Conversation(Connection connection, Dialect dialect, SessionConfig config, boolean transactional) {
        this.connection = connection;
        this.dialect = dialect;
        this.config = config;
        this.transactional = transactional;
        this.running = dialect.stopsOnCancel() ? new Running() : null;
        this.queue = new StatementQueue(
                root, config.statementsInFlight(), config.statementsWaiting(), dialect.answersInOrder());
    }

    Connection connection() {
        return connection;
    }

    Dialect dialect() {
        return dialect;
    }

    SessionConfig config() {
        return config;
    }

    boolean isTransactional() {
        return transactional;
    }

    Level root() {
        return root;
    }

    StatementQueue queue() {
        return queue;
    }

    /** Null where a cancel of the driver stops nothing. */
    @Nullable
    Running running() {
        return running;
    }

    int stopRequests() {
        return stopRequests.get();
    }

    String nextSavepoint() {
        return "headrace_" + savepoints.incrementAndGet();
    }

    boolean isSettled() {
        return queue.isQuiet() && !stopSent.get();
    }

    /**
     * Sends a statement of the toolkit's own, to which {@code dependent} owes that it can go on. Completes as soon as others
     * may be sent behind it: at once where the database answers in order, and else with its answer.
     */
    Mono<Void> ahead(Level dependent, Publisher<?> statement) {
        return Mono.defer(() -> {
            if (dialect.answersInOrder()) {
                new Ahead(queue, dependent, error -> {}).send(statement);
                return Mono.empty();
            }
            return answered(dependent, statement);
        });
    }

    /** Sends a statement of the toolkit's own and completes or fails with its answer, which is awaited for a limited time. */
    Mono<Void> answered(@Nullable Level dependent, Publisher<?> statement) {
        return Mono.defer(() -> {
            Sinks.Empty<Void> answer = Sinks.empty();
            new Ahead(queue, dependent, error -> {
                        if (error == null) {
                            answer.tryEmitEmpty();
                        } else {
                            answer.tryEmitError(error);
                        }
                    })
                    .send(statement);
            return limited(answer.asMono());
        });
    }

    /** Completes with the queue's signal and when no stop request can hit the next statement any more. */
    Mono<Void> settled(Mono<Void> signal) {
        return limited(signal)
                .then(Mono.defer(() -> stopSent.compareAndSet(true, false)
                        ? answered(null, dialect.settle(connection))
                        : Mono.<Void>empty()));
    }

    /** The signal, awaited for the drain timeout at most. It is one of ours, never one of the driver's: it may be cancelled. */
    Mono<Void> limited(Mono<Void> signal) {
        // The common case, which needs no timer.
        if (signal == Mono.<Void>empty()) {
            return signal;
        }
        return signal.timeout(
                config.drainTimeout(),
                Mono.error(() -> new DrainTimeoutException(config.drainTimeout())),
                config.timer());
    }

    /**
     * Has the server stop what runs until the queue's signal comes, then {@link #settled}. A request that overtakes its
     * statement stops nothing, so it is repeated.
     *
     * @param join counts a request as in flight, or refuses: see {@link #sendStop}
     */
    Mono<Void> stopped(BooleanSupplier join, Supplier<Mono<Void>> signal) {
        return Mono.defer(() -> {
            sendStop(join);
            Mono<Void> awaited = signal.get();
            if (awaited == Mono.<Void>empty()) {
                return settled(awaited);
            }
            Disposable again = Flux.interval(STOP_AGAIN, config.timer())
                    .onBackpressureDrop()
                    .subscribe(tick -> sendStop(join));
            return settled(awaited.doOnTerminate(again::dispose).doOnCancel(again::dispose));
        });
    }

    /**
     * Asks the server to stop what runs. The request itself counts as in flight until the server has taken it, and is never
     * cancelled; whoever must wait for it waits for the queue.
     *
     * @param join counts it as in flight, or refuses: a session that has become quiet may belong to someone else by then
     */
    void sendStop(BooleanSupplier join) {
        if (!join.getAsBoolean()) {
            return;
        }
        if (running != null) {
            running.stop(!transactional || queue.isAbandoned());
            queue.leave();
        } else {
            stopSent.set(true);
            stopRequests.incrementAndGet();
            dialect.stopStatement(connection)
                    .onErrorComplete()
                    .doOnTerminate(queue::leave)
                    .subscribe();
        }
    }
}
