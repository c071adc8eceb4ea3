package io.headrace.pool;

import io.headrace.pool.ReplicationQuestions.Applied;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** Begins the looks at all servers, the primary's first, since an answer of a replica says nothing without its. */
final class Lookout implements Watch.Observer<Long> {

    private static final Logger LOG = LoggerFactory.getLogger(Lookout.class);

    private final String name;
    private final PrimaryPositions positions;
    private final Watch<Long> primary;
    private final List<Watch<Applied>> replicas;
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean replicasStarted = new AtomicBoolean();
    private volatile boolean primarySeen = true;

    Lookout(
            Pool primary,
            PrimaryPositions positions,
            List<Watch<Applied>> replicas,
            RoutingConfig config,
            ReplicationQuestions questions,
            Timing timing) {
        this.name = primary.name();
        this.positions = positions;
        this.primary = new Watch<>(name, primary.driver(), config, timing, questions::written, this);
        this.replicas = replicas;
    }

    /** Called by each acquire; the first begins. */
    void start() {
        if (!started.get() && !replicas.isEmpty() && started.compareAndSet(false, true)) {
            primary.start();
        }
    }

    @Override
    public void seen(long asked, Long written) {
        positions.note(asked, written);
        if (!primarySeen) {
            LOG.info("pool '{}': the primary can be asked again", name);
        }
        primarySeen = true;
        startReplicas();
    }

    @Override
    public void lost(Throwable reason) {
        if (primarySeen) {
            LOG.info("pool '{}': the primary can't be asked how far its replicas should have come", name, reason);
        }
        primarySeen = false;
        startReplicas();
    }

    private void startReplicas() {
        if (!replicasStarted.get() && replicasStarted.compareAndSet(false, true)) {
            replicas.forEach(Watch::start);
        }
    }

    Mono<Void> close() {
        return Mono.defer(() -> {
            // nothing begins from here on
            started.set(true);
            replicasStarted.set(true);
            return Mono.whenDelayError(Stream.concat(Stream.of(primary), replicas.stream())
                    .map(Watch::close)
                    .toList());
        });
    }
}
