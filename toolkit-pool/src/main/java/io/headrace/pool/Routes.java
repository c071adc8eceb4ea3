package io.headrace.pool;

import io.headrace.core.connection.AccessMode;
import io.headrace.pool.RoutingConfig.FallBack;
import io.r2dbc.spi.Connection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/** What every acquisition of one routing pool shares. As a publisher it lends one connection to each subscriber. */
final class Routes extends Mono<Connection> {

    private final Pool primary;
    private final List<Replica> replicas;
    private final RoutingConfig config;
    private final Lookout lookout;
    private final Timing timing;
    private final AtomicInteger turn = new AtomicInteger();
    private final Mono<Void> firstLooks;
    private final RoutingSignals signals = new RoutingSignals();

    Routes(Pool primary, List<Replica> replicas, RoutingConfig config, Lookout lookout, Timing timing) {
        this.primary = primary;
        this.replicas = replicas;
        this.config = config;
        this.lookout = lookout;
        this.timing = timing;
        this.firstLooks = Mono.when(replicas.stream().map(Replica::firstLook).toList());
    }

    @Override
    public void subscribe(CoreSubscriber<? super Connection> caller) {
        lookout.start();
        if (replicas.isEmpty() || AccessMode.of(caller.currentContext()) == AccessMode.READ_WRITE) {
            primary.create().subscribe(caller);
        } else {
            caller.onSubscribe(new ReadAcquisition(this, caller));
        }
    }

    Pool primary() {
        return primary;
    }

    Timing timing() {
        return timing;
    }

    /** Where the next reader begins, so that each replica has its turn. */
    int nextTurn() {
        return Math.floorMod(turn.getAndIncrement(), replicas.size());
    }

    List<Replica> replicas() {
        return replicas;
    }

    RoutingSignals signals() {
        return signals;
    }

    int replicaCount() {
        return replicas.size();
    }

    Replica replica(int index) {
        return replicas.get(index % replicas.size());
    }

    /** Whether readers may end up at the primary. */
    boolean fallsBack() {
        return config.fallBack() == FallBack.PRIMARY;
    }

    /** What a reader has to wait for, since nobody knows yet whether a replica can be used; null if it need not. */
    @Nullable
    Mono<Void> firstLooks() {
        boolean wait = !fallsBack()
                && replicas.stream().noneMatch(Replica::isUsable)
                && replicas.stream().anyMatch(Replica::isUnknown);
        return wait ? firstLooks : null;
    }

    /** Why a reader gets nothing. */
    PoolException refusal(@Nullable Throwable reason) {
        return primary.isOpen()
                ? new NoReplicaException(snapshot(), config, reason)
                : new PoolClosedException(primary.name(), reason);
    }

    /** Nobody waits for looks any more. */
    void closed() {
        replicas.forEach(Replica::watchEnded);
        signals.closed();
    }

    RoutingSnapshot snapshot() {
        return new RoutingSnapshot(
                primary.snapshot(), replicas.stream().map(Replica::snapshot).toList());
    }
}
