package io.headrace.benchmarks.pool;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** A pool that notes how long its callers waited. The same for all contenders, whose clients can't be asked. */
record TimedPool(ConnectionFactory pool, AcquireTimes times) implements ConnectionFactory {

    @Override
    public Publisher<? extends Connection> create() {
        return Mono.defer(() -> {
            long start = System.nanoTime();
            return Mono.<Connection>from(pool.create()).doOnNext(connection -> times.add(System.nanoTime() - start));
        });
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return pool.getMetadata();
    }
}
