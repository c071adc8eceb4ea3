package io.headrace.pool;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** A driver without a database. */
final class FakeDriver implements ConnectionFactory {

    final List<FakeConnection> opened = new CopyOnWriteArrayList<>();
    /** Where each connection is to live; without one, it lives nowhere in particular. */
    volatile Supplier<@Nullable Scheduler> loops = () -> null;

    volatile UnaryOperator<Mono<Connection>> connecting = connection -> connection;

    @Override
    public Mono<Connection> create() {
        return Mono.defer(() -> connecting.apply(Mono.fromSupplier(() -> {
            FakeConnection connection = new FakeConnection(loops.get());
            opened.add(connection);
            return connection;
        })));
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return () -> "Fake";
    }

    long stillOpen() {
        return opened.stream().filter(connection -> !connection.closed).count();
    }

    static FakeConnection behind(Connection lent) {
        return (FakeConnection) ((LentConnection) lent).target().target();
    }
}
