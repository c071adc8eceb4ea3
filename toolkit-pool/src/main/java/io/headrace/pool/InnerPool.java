package io.headrace.pool;

import io.headrace.pool.PoolConfig.Lifetime;
import io.headrace.pool.PoolConfig.Sizing;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;

/** Sets r2dbc-pool up so that it only holds, sizes and queues; time limits, validation and clean-up are ours. */
final class InnerPool {

    /** Finds connections past their time within half a minute, at the cost of a look at some idle ones. */
    private static final Duration EVICTION_INTERVAL = Duration.ofSeconds(30);

    private InnerPool() {}

    static ConnectionPool create(Opener opener, PoolConfig config, Timing timing) {
        Sizing sizing = config.sizing();
        return new ConnectionPool(ConnectionPoolConfiguration.builder(opener)
                .initialSize(sizing.minimumIdle())
                .maxSize(sizing.size())
                // a retry in there would start every time limit anew; Acquisition retries under one deadline
                .acquireRetry(0)
                .validationDepth(ValidationDepth.LOCAL)
                .backgroundEvictionInterval(Duration.ZERO)
                .clock(timing.clock())
                .customizer(builder -> {
                    builder.maxPendingAcquire(sizing.maxWaiting())
                            .evictionPredicate((held, metadata) -> ((HeldConnection) held).isExpired(metadata));
                    if (ages(config.lifetime())) {
                        builder.evictInBackground(EVICTION_INTERVAL, timing.scheduler());
                    }
                })
                .build());
    }

    private static boolean ages(Lifetime lifetime) {
        return lifetime.maxIdle() != null || lifetime.maxLife() != null;
    }
}
