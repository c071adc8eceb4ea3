package io.headrace.pool;

import io.headrace.core.dialect.Dialect;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ValidationDepth;
import reactor.core.publisher.Mono;

/**
 * Brings one connection to rest after its borrower has gone: what runs is stopped on the server and read to its end, and a
 * question behind it shows that neither the statement nor a stop request can touch the next borrower.
 */
final class Quiescence {

    private final Connection driver;
    private final Dialect dialect;
    private final InFlight inFlight;
    private final Liveness liveness;
    private final Timing timing;

    Quiescence(Connection driver, Dialect dialect, InFlight inFlight, Liveness liveness, Timing timing) {
        this.driver = driver;
        this.dialect = dialect;
        this.inFlight = inFlight;
        this.liveness = liveness;
        this.timing = timing;
    }

    boolean isReached() {
        return inFlight.isQuiet();
    }

    /**
     * For a connection that came back. Whoever still waits for something on it is told that it ends; completes when the
     * connection is at rest, with whether the server was asked something on the way.
     */
    Mono<Boolean> reach() {
        return Mono.defer(() -> {
            if (isReached()) {
                return Mono.just(false);
            }
            inFlight.abandon();
            return waiting();
        });
    }

    /** For a borrower that ends a transaction behind statements that it has cancelled. */
    Mono<Void> afterCancels() {
        return Mono.defer(() -> {
            if (!inFlight.isCancelled()) {
                return Mono.empty();
            }
            inFlight.readLeftOvers();
            return waiting().then();
        });
    }

    private Mono<Boolean> waiting() {
        StopRequests stop = new StopRequests(driver, dialect, timing, this::mayStop);
        stop.begin();
        return inFlight.ended()
                .then(Mono.defer(() -> inFlight.isUnheard() ? question().thenReturn(true) : Mono.just(false)))
                .flatMap(asked ->
                        stop.end().flatMap(stopped -> stopped ? question().thenReturn(true) : Mono.just(asked)))
                .doFinally(end -> stop.giveUp());
    }

    /** A COMMIT that takes its time is not stopped: its caller was not told that it failed. */
    private boolean mayStop() {
        return inFlight.hasStatements() || inFlight.isUnheard();
    }

    private Mono<Void> question() {
        return Mono.defer(() -> dialect.toleratesCancel()
                        ? liveness.require(ValidationDepth.REMOTE)
                        : dialect.settle(driver).then(Mono.defer(() -> liveness.require(ValidationDepth.LOCAL))))
                .then(Mono.fromRunnable(inFlight::heard));
    }
}
