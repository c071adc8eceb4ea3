package io.headrace.core.dialect;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Wrapped;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds the dialect of a connection factory, and the driver behind a connection. */
public final class Dialects {

    private Dialects() {}

    /**
     * The dialect of the database behind this factory, by the name in its metadata (PostgreSQL, H2, SQLite, MariaDB or MySQL); the
     * generic one where that is not known. No I/O.
     */
    public static Dialect of(ConnectionFactory connectionFactory) {
        String name = connectionFactory.getMetadata().getName();
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "postgresql" -> new PostgresqlDialect();
            case "h2" -> new H2Dialect();
            case "sqlite" -> new SqliteDialect();
            case "mariadb", "mysql" -> new MariadbDialect(name);
            default -> new GenericDialect(name);
        };
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
