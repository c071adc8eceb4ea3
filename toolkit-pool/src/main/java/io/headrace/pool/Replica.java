package io.headrace.pool;

import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The pool of one replica, and what is known about whether it may be read from. */
final class Replica implements Watch.Observer<ReplicationQuestions.Applied> {

    private static final Logger LOG = LoggerFactory.getLogger(Replica.class);

    /**
     * What the last look has shown.
     *
     * @param shown the time of which it shows everything; empty where that is not known
     */
    private record View(ReplicaState state, OptionalLong shown) {

        static View of(ReplicaState state) {
            return new View(state, OptionalLong.empty());
        }

        boolean isWithin(long limit, long now) {
            return state == ReplicaState.FOLLOWING && shown.isPresent() && now - shown.getAsLong() <= limit;
        }
    }

    private final Pool pool;
    private final PrimaryPositions primary;
    private final Timing timing;
    private final long maximumLag;

    private final Sinks.Empty<Void> firstLook = Sinks.empty();
    private volatile View view = View.of(ReplicaState.UNKNOWN);

    Replica(Pool pool, PrimaryPositions primary, RoutingConfig config, Timing timing) {
        this.pool = pool;
        this.primary = primary;
        this.timing = timing;
        this.maximumLag = config.maximumLag().toNanos();
    }

    Pool pool() {
        return pool;
    }

    /** What was seen grows old by itself, so that a replica of which nothing is heard any more is not used either. */
    boolean isUsable() {
        return view.isWithin(maximumLag, timing.nanos()) && pool.isOpen();
    }

    boolean isUnknown() {
        return view.state() == ReplicaState.UNKNOWN;
    }

    /** Completes when it was looked at, or never will be. */
    Mono<Void> firstLook() {
        return firstLook.asMono();
    }

    void watchEnded() {
        firstLook.tryEmitEmpty();
    }

    @Override
    public void seen(long asked, ReplicationQuestions.Applied answer) {
        change(
                answer.following()
                        ? new View(ReplicaState.FOLLOWING, primary.shownBy(answer.upTo()))
                        : View.of(ReplicaState.NOT_A_REPLICA),
                null);
    }

    @Override
    public void lost(Throwable reason) {
        change(View.of(ReplicaState.UNREACHABLE), reason);
    }

    private void change(View now, @Nullable Throwable reason) {
        long time = timing.nanos();
        boolean before = view.isWithin(maximumLag, time);
        view = now;
        firstLook.tryEmitEmpty();
        boolean after = now.isWithin(maximumLag, time);
        if (before != after) {
            LOG.info(
                    "pool '{}': {}",
                    pool.name(),
                    after
                            ? "read from"
                            : "not read from any more, " + snapshot().brief(),
                    reason);
        }
    }

    RoutingSnapshot.Replica snapshot() {
        View now = view;
        long time = timing.nanos();
        return new RoutingSnapshot.Replica(stateOf(now, time), behind(now, time), pool.snapshot());
    }

    /** How old what it shows is at the most; null where that is not known. */
    @Nullable
    Duration behind() {
        return behind(view, timing.nanos());
    }

    private static @Nullable Duration behind(View now, long time) {
        return now.shown().isPresent()
                ? Duration.ofNanos(Math.max(0, time - now.shown().getAsLong()))
                : null;
    }

    private ReplicaState stateOf(View now, long time) {
        if (!pool.isOpen()) {
            return ReplicaState.CLOSED;
        }
        return now.state() == ReplicaState.FOLLOWING && !now.isWithin(maximumLag, time)
                ? ReplicaState.BEHIND
                : now.state();
    }
}
