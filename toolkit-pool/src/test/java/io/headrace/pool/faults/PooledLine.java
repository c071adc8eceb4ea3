package io.headrace.pool.faults;

import io.headrace.pool.Pool;
import io.headrace.pool.PoolConfig;
import io.headrace.pool.PoolConfigBuilder;
import io.headrace.test.FaultProxy;
import io.headrace.test.TestPostgres;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** A pool, the database that it is for, and the line between them, which fails on command. */
final class PooledLine implements AutoCloseable {

    final TestPostgres postgres;
    final FaultProxy proxy;
    final Pool pool;

    private PooledLine(TestPostgres postgres, FaultProxy proxy, Pool pool) {
        this.postgres = postgres;
        this.proxy = proxy;
        this.pool = pool;
    }

    /**
     * Times that are long enough for a machine with other work; a test that is about one of them sets it. Pauses are short,
     * so that what comes after a fault does not wait one out for longer than its acquire timeout.
     */
    static PooledLine of(TestPostgres postgres, UnaryOperator<PoolConfigBuilder> settings) {
        FaultProxy proxy = FaultProxy.to(postgres.host(), postgres.port());
        PoolConfig config = PoolConfig.of(c -> settings.apply(c.acquireTimeout(Duration.ofSeconds(15))
                .connectTimeout(Duration.ofSeconds(10))
                .closeTimeout(Duration.ofSeconds(2))
                .connectBackOff(Duration.ofMillis(20), Duration.ofMillis(200))));
        return new PooledLine(postgres, proxy, Pool.open(postgres.urlThrough(proxy), config));
    }

    /** Opens all connections, so that they are idle. */
    void fill() {
        Ask.giveBack(Ask.lend(pool, pool.snapshot().maxSize()));
    }

    /** The line works again from now on, and everything else has to follow. */
    void recovers() {
        proxy.forward();
        AfterFault.check(pool, postgres);
    }

    @Override
    public void close() {
        proxy.forward();
        Ask.done(pool.close());
        proxy.close();
    }
}
