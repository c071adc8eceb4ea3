package io.headrace.pool;

import io.headrace.pool.PoolConfig.Sizing;
import io.headrace.pool.PoolConfig.Timeouts;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.PoolMetrics;
import io.r2dbc.spi.Connection;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/** What every acquisition of one pool shares. */
record Lender(String name, Sizing sizing, Timeouts timeouts, Timing timing, Gate gate, ConnectionPool connections) {

    Mono<Connection> acquire() {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super Connection> caller) {
                caller.onSubscribe(new Acquisition(Lender.this, caller));
            }
        };
    }

    PoolSnapshot snapshot() {
        PoolMetrics now = connections.getMetrics().orElseThrow();
        return new PoolSnapshot(
                name,
                gate.isOpen(),
                now.allocatedSize(),
                now.acquiredSize(),
                now.idleSize(),
                now.pendingAcquireSize(),
                sizing.size(),
                sizing.maxWaiting());
    }
}
