package io.headrace.pool;

import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A reader was to get a connection of a replica, none could be used, and the settings forbid the primary
 * ({@link RoutingConfig.FallBack#FAIL}).
 */
public final class NoReplicaException extends PoolException {

    private static final long serialVersionUID = 1L;

    private final RoutingSnapshot snapshot;

    NoReplicaException(RoutingSnapshot snapshot, RoutingConfig config, @Nullable Throwable cause) {
        super(
                snapshot.primary().name(),
                "no replica can be read from ("
                        + snapshot.replicas().stream()
                                .map(RoutingSnapshot.Replica::brief)
                                .collect(Collectors.joining("; "))
                        + "; at most " + Text.of(config.maximumLag())
                        + " behind is allowed). Repair the replicas, raise maximumLag, or let readers fall back to the primary.",
                cause);
        this.snapshot = snapshot;
    }

    /** The pools at that moment. */
    public RoutingSnapshot snapshot() {
        return snapshot;
    }
}
