package io.headrace.pool;

import static java.util.Objects.requireNonNull;

import io.headrace.core.connection.AccessMode;
import io.headrace.pool.ReplicationQuestions.Applied;
import io.r2dbc.spi.Closeable;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/**
 * A primary and its replicas as one {@link ConnectionFactory}: what is marked as {@link AccessMode#READ_ONLY} in the
 * subscriber's context gets a connection of a replica, everything else one of the primary. Made by
 * {@link Pool#routing(Pool, Pool...)}.
 *
 * <p><b>Reads are not your own writes.</b> A replica that is used shows everything that was committed longer ago than the
 * lag limit (default 2 s) and perhaps nothing of what was committed since, so that a reader may miss what the same caller
 * has just written, and a second read on another replica may show less than the first. Mark only what can live with that.
 * Where the primary runs with {@code synchronous_commit=off}, up to three times its {@code wal_writer_delay} come on top.
 *
 * <p><b>Which replica.</b> One after the other in turn, leaving out those that cannot be used: beyond the lag limit, not
 * reached, promoted, closed, or not looked at yet. If its pool cannot connect, the replica is left out until it was looked
 * at again, and the caller gets the next. If its pool has no room or no time for the caller, the next is asked too; but
 * this never brings readers to the primary, who would only take it down next: the caller then gets that error. Where no
 * replica can be used, {@link RoutingConfig#fallBack()} decides. The acquire timeout of the primary's pool limits all
 * of this together; that of a replica's pool may limit one attempt further.
 *
 * <p><b>Looks.</b> From the first acquire until the close each server is asked every {@code lookEvery} (default 500 ms)
 * how far its log of changes goes, on one connection of its own beside those of its pool. The lag is
 * what the two answers show: no clock of a server counts, and a replica that is cut off from its primary is found out,
 * which a replica asked alone would not know. While the primary itself cannot be asked, nothing is known: from
 * the lag limit on, its replicas are not used. A lag limit of an hour keeps them in use for that long.
 *
 * <p>All methods may be called from any thread and none blocks.
 */
public final class RoutingPool implements ConnectionFactory, Closeable {

    private final Pool primary;
    private final Routes routes;
    private final Mono<Void> closing;

    RoutingPool(Pool primary, List<Pool> pools, RoutingConfig config, ReplicationQuestions questions, Timing timing) {
        this.primary = requireNonNull(primary, "primary");
        requireDistinct(primary, pools);
        requireNonNull(config, "config");
        if (pools.isEmpty() && config.fallBack() == RoutingConfig.FallBack.FAIL) {
            throw new IllegalArgumentException("There is no replica, and fallBack is FAIL, so every reader would fail. "
                    + "Add a replica or let readers fall back to the primary.");
        }
        PrimaryPositions positions = new PrimaryPositions(config.maximumLag());
        List<Replica> replicas = new ArrayList<>();
        List<Watch<Applied>> watches = new ArrayList<>();
        for (Pool pool : pools) {
            Replica replica = new Replica(pool, positions, config, timing);
            replicas.add(replica);
            watches.add(new Watch<>(pool.name(), pool.driver(), config, timing, questions::applied, replica));
        }
        Lookout lookout = new Lookout(primary, positions, watches, config, questions, timing);
        this.routes = new Routes(primary, List.copyOf(replicas), config, lookout, timing);
        List<Pool> all = Stream.concat(Stream.of(primary), pools.stream()).toList();
        // cache() closes once, however often it is subscribed to, and goes on when a subscriber cancels
        this.closing = Mono.whenDelayError(refuse(all).then(Mono.fromRunnable(routes::closed)), lookout.close())
                // not before, since the connections of the looks live on the event loops of the pools
                .then(Mono.defer(
                        () -> Mono.whenDelayError(all.stream().map(Pool::close).toList())))
                .cache();
    }

    private static Mono<Void> refuse(List<Pool> pools) {
        return Mono.whenDelayError(pools.stream().map(Pool::refuse).toList());
    }

    /**
     * Lends a connection of a replica if the subscriber's context says {@link AccessMode#READ_ONLY}, else of the primary.
     *
     * <p>Lazy; each subscription asks for one connection. The connection is emitted as {@link Pool#create()} says, and is
     * given back by its {@code close()} to the pool that it came from. A cancel leaves the queue of the pool that is being
     * asked.
     *
     * <p>Errors: those of {@link Pool#create()}, and {@link NoReplicaException}. If a replica was tried before, its error is
     * the suppressed one of the primary's.
     */
    @Override
    public Mono<Connection> create() {
        return routes;
    }

    /** The numbers of this moment, and what is known of each replica. */
    public RoutingSnapshot snapshot() {
        return routes.snapshot();
    }

    /**
     * Ends the looks and closes all pools that were given, the primary's included, each as {@link Pool#close()} says.
     *
     * <p>Lazy; the first subscription closes them and the others see the same end. A cancel does not stop it.
     */
    @Override
    public Mono<Void> close() {
        return closing;
    }

    /** What the driver of the primary says about itself. */
    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return primary.getMetadata();
    }

    Routes routes() {
        return routes;
    }

    @Override
    public String toString() {
        return "RoutingPool[" + primary.name() + "]";
    }

    static void requirePostgresql(Pool primary, List<Pool> replicas) {
        Stream.concat(Stream.of(primary), replicas.stream())
                .filter(pool ->
                        !pool.getMetadata().getName().toLowerCase(Locale.ROOT).equals("postgresql"))
                .findFirst()
                .ifPresent(pool -> {
                    throw new IllegalArgumentException("pool '" + pool.name() + "' is of "
                            + pool.getMetadata().getName()
                            + ", but only PostgreSQL can be asked how far a replica has come. Use the pool as it is.");
                });
    }

    private static void requireDistinct(Pool primary, List<Pool> replicas) {
        Set<Pool> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        seen.add(primary);
        for (Pool replica : replicas) {
            if (!seen.add(requireNonNull(replica, "replica"))) {
                throw new IllegalArgumentException("pool '" + replica.name()
                        + "' was given twice. The primary and each replica need a pool of their own.");
            }
        }
    }
}
