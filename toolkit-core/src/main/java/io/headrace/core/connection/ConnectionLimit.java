package io.headrace.core.connection;

import io.r2dbc.spi.ConnectionFactory;

/**
 * A connection factory that lends a limited number of connections, and says so: whoever holds one and waits for another can
 * tell then that none will ever come, because everybody who holds one waits as well.
 */
public interface ConnectionLimit extends ConnectionFactory {

    /** How many connections are lent at once at most. */
    int connectionLimit();

    /** Whether it is an error of this factory which says that no connection came free in time, or that too many wait. */
    boolean isShortage(Throwable error);
}
