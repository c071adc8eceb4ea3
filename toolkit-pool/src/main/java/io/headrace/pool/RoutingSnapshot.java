package io.headrace.pool;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@link RoutingPool} at one moment.
 *
 * @param primary the pool of the primary
 * @param replicas the replicas, in the order in which they were given
 */
public record RoutingSnapshot(PoolSnapshot primary, List<Replica> replicas) implements Serializable {

    public RoutingSnapshot {
        replicas = List.copyOf(replicas);
    }

    /**
     * One replica.
     *
     * @param state whether it is read from, or why not
     * @param behind how old what it shows is at the most; {@code null} where that is not known
     * @param pool its pool
     */
    public record Replica(ReplicaState state, @Nullable Duration behind, PoolSnapshot pool) implements Serializable {

        /** Name and state, as they stand in messages: {@code shop-2: 12 s behind}. */
        String brief() {
            return pool.name() + ": "
                    + switch (state) {
                        case UNKNOWN -> "not looked at yet";
                        case FOLLOWING -> "following";
                        case BEHIND -> behind == null ? "behind, unknown how far" : Text.of(behind) + " behind";
                        case UNREACHABLE -> "not reached";
                        case NOT_A_REPLICA -> "takes writes, so it is no replica";
                        case CLOSED -> "its pool is closed";
                    };
        }
    }
}
