package io.headrace.core.mapping;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.Wrapped;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** A connection factory that gives the same connection again and again, for tests that ask many small questions in turn. */
final class KeptConnection implements ConnectionFactory {

    private final ConnectionFactory factory;
    private final Connection connection;

    private KeptConnection(ConnectionFactory factory, Connection connection) {
        this.factory = factory;
        this.connection = connection;
    }

    static KeptConnection open(String url) {
        ConnectionFactory factory = ConnectionFactories.get(url);
        return new KeptConnection(factory, Mono.from(factory.create()).block(Duration.ofSeconds(10)));
    }

    void close() {
        Mono.from(connection.close()).block(Duration.ofSeconds(10));
    }

    @Override
    public Publisher<Connection> create() {
        return Mono.just((Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Connection.class, Wrapped.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        return Mono.empty();
                    }
                    if (method.getName().equals("unwrap")) {
                        Class<?> target = arguments == null ? Connection.class : (Class<?>) arguments[0];
                        return target.isInstance(connection) ? connection : null;
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException error) {
                        throw error.getCause();
                    }
                }));
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return factory.getMetadata();
    }
}
