package io.headrace.test;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.Wrapped;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Notes each connection that it hands out until it is closed. */
final class TrackedConnectionFactory implements ConnectionFactory, Wrapped<ConnectionFactory> {

    private final ConnectionFactory delegate;
    private final TrackedConnections connections;

    TrackedConnectionFactory(ConnectionFactory delegate, TrackedConnections connections) {
        this.delegate = delegate;
        this.connections = connections;
    }

    @Override
    public Publisher<? extends Connection> create() {
        String place = TrackedConnections.callSite();
        return Mono.from(delegate.create()).map(connection -> connections.opened(connection, place));
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return delegate.getMetadata();
    }

    @Override
    public ConnectionFactory unwrap() {
        return delegate;
    }
}
