package io.headrace.pool;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.headrace.pool.PoolConfig.Lifetime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * What a pool does though no caller asks for it: it retires connections whose time is over, asks silent ones whether they
 * still work, opens those that are missing, and has those who wait served when the database is back.
 *
 * <p>It begins with the first connect. One timer looks at everything; what is urgent is done when it happens.
 */
final class Upkeep implements ConnectBackOff.Watcher, Opener.Watcher {

    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

    /** Finds connections past their time within half a minute, at the cost of a look at some idle ones. */
    private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(30);

    private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(10);

    /** Times are kept to a quarter. */
    private static final int LOOKS_IN_EACH_TIME = 4;

    /** When to try again what a busy pool did not get to. */
    private static final Duration SOON = Duration.ofMillis(50);

    private final Opener opener;
    private final InnerPool connections;
    private final Gate gate;
    private final ConnectBackOff backOff;
    private final Timing timing;
    private final Lifetime lifetime;
    private final @Nullable Duration interval;

    private final Set<Sinks.Empty<Void>> warmUps = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean tryingAgain = new AtomicBoolean();
    private final Disposable.Swap timer = Disposables.swap();
    private final Disposable.Swap secondTry = Disposables.swap();

    Upkeep(Opener opener, InnerPool connections, Gate gate) {
        this.opener = opener;
        this.connections = connections;
        this.gate = gate;
        this.backOff = opener.backOff();
        this.timing = opener.timing();
        this.lifetime = opener.config().lifetime();
        this.interval = interval();
        opener.watchedBy(this);
        backOff.watchedBy(this);
    }

    private @Nullable Duration interval() {
        Duration shortest = Stream.of(lifetime.maxLife(), lifetime.maxIdle(), lifetime.keepAlive())
                .<Duration>mapMulti((time, keep) -> {
                    if (time != null) {
                        keep.accept(time.dividedBy(LOOKS_IN_EACH_TIME));
                    }
                })
                .min(Comparator.naturalOrder())
                .orElseGet(() -> minimum() > 0 ? LONGEST_INTERVAL : null);
        if (shortest == null) {
            return null;
        }
        Duration longEnough = shortest.compareTo(SHORTEST_INTERVAL) < 0 ? SHORTEST_INTERVAL : shortest;
        return longEnough.compareTo(LONGEST_INTERVAL) < 0 ? longEnough : LONGEST_INTERVAL;
    }

    @Override
    public void opening() {
        if (started.compareAndSet(false, true)) {
            if (interval != null) {
                timer.update(timing.after(interval, this::look));
            }
            fill();
        }
    }

    /** No timer is left, and none is set from now on. */
    void stop() {
        timer.dispose();
        secondTry.dispose();
        backOff.end();
        warmUps.forEach(waiting -> waiting.tryEmitError(new PoolClosedException(opener.poolName(), null)));
    }

    private void look() {
        try {
            retireOld();
            checkSilent();
            sweep();
            fill();
        } finally {
            if (interval != null && !timer.isDisposed()) {
                timer.update(timing.after(interval, this::look));
            }
        }
    }

    private void retireOld() {
        long now = timing.nanos();
        List<HeldConnection> unused = new ArrayList<>();
        int kept = 0;
        for (HeldConnection held : opener.open()) {
            if (!held.isUsable()) {
                continue;
            }
            if (held.isPastItsLife(now)) {
                held.retire(CloseCause.AGE);
                continue;
            }
            kept++;
            if (lifetime.maxIdle() != null
                    && held.unusedFor(now) >= lifetime.maxIdle().toNanos()) {
                unused.add(held);
            }
        }
        int spare = kept - minimum();
        unused.stream()
                .sorted(Comparator.comparingLong((HeldConnection held) -> held.unusedFor(now))
                        .reversed())
                .limit(Math.max(0, spare))
                .forEach(held -> held.retire(CloseCause.UNUSED));
    }

    private void checkSilent() {
        Duration keepAlive = lifetime.keepAlive();
        if (keepAlive != null) {
            long now = timing.nanos();
            opener.open().stream()
                    .filter(HeldConnection::isUsable)
                    .forEach(held -> held.checkUp(now, keepAlive, this::sweep));
        }
    }

    /** Has idle connections that are retired or too many closed now, or soon if the pool is too busy. */
    void sweep() {
        whileOpen(() -> {
            connections.sweep();
            if (opener.open().stream().anyMatch(HeldConnection::isLeftBehind)
                    && tryingAgain.compareAndSet(false, true)) {
                secondTry.update(timing.after(SOON, () -> {
                    tryingAgain.set(false);
                    sweep();
                }));
            }
        });
    }

    private int minimum() {
        return connections.capacity().sizing().minimumIdle();
    }

    /** How many connections there should be though nobody waits for one. */
    private int wanted() {
        return warmUps.isEmpty() ? minimum() : Math.max(1, minimum());
    }

    private void fill() {
        int target = wanted();
        // not until there are enough: one that fails at once for a reason that will not pass is not opened again here
        for (int missing = target - connections.capacity().permitGranted(); missing > 0; missing--) {
            if (!backOff.isUp() || !connections.capacity().claim(target) || !openOne()) {
                break;
            }
        }
        if (isWanted()) {
            backOff.wanted();
        }
    }

    /** On a permit that was claimed. */
    private boolean openOne() {
        boolean open = whileOpen(() -> connections.openOne().subscribe(nothing -> {}, this::notOpened, this::opened));
        if (!open) {
            connections.capacity().unclaim();
        }
        return open;
    }

    private void opened() {
        serve();
        // a refresh may have come while it was being opened
        sweep();
    }

    private void notOpened(Throwable error) {
        LOG.debug("pool '{}': a connection could not be opened in advance", opener.poolName(), error);
        if (!(error instanceof ConnectFailedException)) {
            warmUps.forEach(waiting -> waiting.tryEmitError(error));
        }
    }

    /** Has connections that are idle or may be opened go to callers who wait. */
    void serve() {
        whileOpen(connections::serve);
    }

    @Override
    public void closed() {
        if (wanted() > 0 && !timer.isDisposed()) {
            fill();
        }
    }

    @Override
    public boolean isWanted() {
        return connections.waiting() > 0 || connections.capacity().permitGranted() < wanted();
    }

    @Override
    public boolean tryOne() {
        Capacity capacity = connections.capacity();
        return capacity.claim(capacity.sizing().most()) && openOne();
    }

    @Override
    public void recovered() {
        serve();
        fill();
    }

    /** Opens the minimum, one connection at least, within the time of an acquire. */
    Mono<Void> warmUp(Mono<Void> late) {
        return Mono.defer(() -> {
            if (!gate.isOpen()) {
                return Mono.error(new PoolClosedException(opener.poolName(), null));
            }
            Sinks.Empty<Void> failure = Sinks.empty();
            warmUps.add(failure);
            Mono<Void> there = opener.usable(Math.max(1, minimum()));
            fill();
            return Mono.firstWithSignal(there, failure.asMono())
                    .timeout(opener.config().timeouts().acquire(), late, timing.scheduler())
                    .doFinally(end -> {
                        warmUps.remove(failure);
                        backOff.left();
                    });
        });
    }

    /** Replaces all connections. */
    Mono<Void> refresh() {
        return Mono.defer(() -> {
            if (!gate.isOpen()) {
                return Mono.error(new PoolClosedException(opener.poolName(), null));
            }
            opener.signals().refreshing();
            Mono<Void> replaced = opener.retireAll();
            sweep();
            fill();
            return replaced;
        });
    }

    Mono<Void> resize(PoolConfig.Sizing sizing) {
        return Mono.defer(() -> {
            if (!gate.isOpen()) {
                return Mono.error(new PoolClosedException(opener.poolName(), null));
            }
            int before = connections.capacity().resize(sizing);
            opener.signals().resized(before, sizing.size());
            serve();
            sweep();
            return Mono.empty();
        });
    }

    /** Runs a call into the pool below, which a close waits for; false if the pool is closed. */
    @CanIgnoreReturnValue
    private boolean whileOpen(Runnable call) {
        if (!gate.enter()) {
            return false;
        }
        try {
            call.run();
        } finally {
            gate.leave();
        }
        return true;
    }
}
