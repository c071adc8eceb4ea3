package io.headrace.core.dialect;

import io.r2dbc.spi.ConnectionFactory;

/** Finds the dialect of a connection factory by the name its metadata gives. */
public final class Dialects {

    private Dialects() {}

    /** The dialect of the database behind this factory; the generic one where it is not known. No I/O. */
    public static Dialect of(ConnectionFactory connectionFactory) {
        String name = connectionFactory.getMetadata().getName();
        return name.equalsIgnoreCase("PostgreSQL") ? new PostgresqlDialect() : new GenericDialect(name);
    }
}
