package io.headrace.pool.clients;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.TransactionDefinition;
import java.lang.reflect.Proxy;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Connections of a pool whose BEGIN is executed, while its answer does not get through to the client. */
final class UnansweredBegin implements ConnectionFactory {

    private final ConnectionFactory pool;
    private final Sinks.Empty<Void> begun = Sinks.empty();

    UnansweredBegin(ConnectionFactory pool) {
        this.pool = pool;
    }

    /** Completes when the server has begun the transaction. */
    Mono<Void> begun() {
        return begun.asMono();
    }

    @Override
    public Publisher<? extends Connection> create() {
        return Mono.from(pool.create()).map(this::withoutAnswer);
    }

    private Connection withoutAnswer(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> method.getName().equals("beginTransaction")
                        ? unanswered(connection.beginTransaction((TransactionDefinition) arguments[0]))
                        : method.invoke(connection, arguments));
    }

    private Mono<Void> unanswered(Publisher<Void> begin) {
        return Mono.from(begin)
                .then(Mono.<Void>fromRunnable(() -> begun.tryEmitEmpty().orThrow()))
                .then(Mono.never());
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return pool.getMetadata();
    }
}
