package io.headrace.core.dialect;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Wrapped;
import org.jspecify.annotations.Nullable;

/** Finds the dialect of a connection factory, and the driver behind a connection. */
public final class Dialects {

    private Dialects() {}

    /** The dialect of the database behind this factory; the generic one where it is not known. No I/O. */
    public static Dialect of(ConnectionFactory connectionFactory) {
        String name = connectionFactory.getMetadata().getName();
        return name.equalsIgnoreCase("PostgreSQL") ? new PostgresqlDialect() : new GenericDialect(name);
    }

    /**
     * The connection as its driver's own type: itself, or what it wraps; null where neither is of that type. Works
     * through pools whose connections are {@link Wrapped}.
     */
    public static <T> @Nullable T driverConnection(Connection connection, Class<T> type) {
        if (type.isInstance(connection)) {
            return type.cast(connection);
        }
        return connection instanceof Wrapped<?> wrapped ? wrapped.unwrap(type) : null;
    }
}
