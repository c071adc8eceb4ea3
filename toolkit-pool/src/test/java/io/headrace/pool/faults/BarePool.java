package io.headrace.pool.faults;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.util.function.UnaryOperator;
import org.reactivestreams.Publisher;

/** r2dbc-pool on r2dbc-postgresql as they come, closed when the test ends. */
final class BarePool implements ConnectionFactory, AutoCloseable {

    private final ConnectionPool pool;

    private BarePool(ConnectionPool pool) {
        this.pool = pool;
    }

    static BarePool of(String url, int size) {
        return of(url, size, UnaryOperator.identity());
    }

    static BarePool of(String url, int size, UnaryOperator<ConnectionPoolConfiguration.Builder> settings) {
        return of(ConnectionFactories.get(url), size, settings);
    }

    static BarePool of(
            ConnectionFactory driver, int size, UnaryOperator<ConnectionPoolConfiguration.Builder> settings) {
        ConnectionPoolConfiguration.Builder builder =
                ConnectionPoolConfiguration.builder(driver).initialSize(0).maxSize(size);
        return new BarePool(new ConnectionPool(settings.apply(builder).build()));
    }

    ConnectionPool pool() {
        return pool;
    }

    /** As the pool sees itself. */
    String numbers() {
        return pool.getMetrics()
                .map(now -> "idle=%d acquired=%d".formatted(now.idleSize(), now.acquiredSize()))
                .orElse("unknown");
    }

    @Override
    public Publisher<? extends Connection> create() {
        return pool.create();
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return pool.getMetadata();
    }

    @Override
    public void close() {
        pool.disposeLater().onErrorComplete().block(Ask.LATER);
    }
}
