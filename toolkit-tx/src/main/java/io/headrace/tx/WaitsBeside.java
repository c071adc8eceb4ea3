package io.headrace.tx;

import io.headrace.core.connection.ConnectionLimit;
import io.r2dbc.spi.Connection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Which connections of one connection factory are held by transactions that can't go on before they get a further one. Where
 * these are all that it lends, none will ever come free, whoever waits.
 */
final class WaitsBeside {

    /** By factory and not by {@code Transactions}: several may share a pool. */
    private static final Map<ConnectionLimit, WaitsBeside> ALL = Collections.synchronizedMap(new WeakHashMap<>());

    /** How many wait by means of each. Guarded by this; made small again when nobody waits. */
    private final Map<Connection, Integer> waiting = new IdentityHashMap<>();

    static WaitsBeside of(ConnectionLimit connections) {
        return ALL.computeIfAbsent(connections, key -> new WaitsBeside());
    }

    /** Counts a waiting one that holds these, unless nobody could go on any more. */
    synchronized boolean enter(List<Connection> held, int limit) {
        held.forEach(connection -> waiting.merge(connection, 1, Integer::sum));
        if (waiting.size() < limit) {
            return true;
        }
        leave(held);
        return false;
    }

    /** It has a connection, or does not want one any more. */
    synchronized void leave(List<Connection> held) {
        held.forEach(connection -> waiting.computeIfPresent(connection, (key, count) -> count == 1 ? null : count - 1));
    }
}
