package io.headrace.redis;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** One caller's request for a lease. Its commands are never cancelled; what comes too late is given back. */
final class LeaseRequest {

    private static final Logger LOG = LoggerFactory.getLogger(LeaseRequest.class);
    private static final Backoff PAUSES = new Backoff(Duration.ofMillis(10), Duration.ofMillis(250));

    private final LeaseStore store;
    private final Timing timing;
    private final String key;
    private final String full;
    private final String token;
    private final long deadline;
    private @Nullable DefaultLease lease; // guarded by this
    private boolean left; // guarded by this
    private volatile long heldMillis;

    LeaseRequest(LeaseStore store, Timing timing, String key, String full, Duration longest) {
        this.store = store;
        this.timing = timing;
        this.key = key;
        this.full = full;
        this.token = timing.token();
        this.deadline = timing.nanos() + longest.toNanos();
    }

    /** Asks until granted, left or out of time; empty in the last two cases. To be subscribed to once. */
    Mono<Lease> run() {
        return Mono.defer(this::ask)
                .repeatWhenEmpty(tries -> tries.takeWhile(n -> !hasLeft() && timing.nanos() - deadline < 0)
                        .concatMap(n -> Mono.delay(pause(n.intValue() + 1), timing.scheduler())));
    }

    private Duration pause(int tries) {
        Duration pause = PAUSES.delay(tries, timing);
        long left =
                Math.min(heldMillis, Duration.ofNanos(deadline - timing.nanos()).toMillis());
        return pause.toMillis() <= left ? pause : Duration.ofMillis(Math.max(1, left));
    }

    private Mono<Lease> ask() {
        long asked = timing.nanos();
        return store.acquire(full, token).flatMap(grant -> {
            if (!grant.granted()) {
                heldMillis = grant.number();
                return Mono.empty();
            }
            DefaultLease granted = new DefaultLease(store, timing, key, full, token, grant.number());
            if (!accept(granted)) {
                return giveBack(granted).then(Mono.empty());
            }
            granted.start(asked);
            return Mono.just(granted);
        });
    }

    private synchronized boolean accept(DefaultLease granted) {
        if (!left) {
            lease = granted;
        }
        return !left;
    }

    private synchronized boolean hasLeft() {
        return left;
    }

    /** Ends the request and gives back what it has, if anything. Never an error. */
    Mono<Void> leave() {
        return Mono.defer(() -> {
            DefaultLease held;
            synchronized (this) {
                left = true;
                held = lease;
            }
            return held == null ? Mono.empty() : giveBack(held);
        });
    }

    private Mono<Void> giveBack(DefaultLease granted) {
        return granted.release()
                .doOnError(error -> LOG.debug("lease '{}': not released, it will run out", full, error))
                .onErrorComplete()
                .then();
    }

    LeaseUnavailableException unavailable(Duration longest) {
        return new LeaseUnavailableException("The lease '" + full + "' was not free within " + Wording.duration(longest)
                + " and is held for at most another " + heldMillis
                + " ms unless extended. Wait longer, or make the work under it shorter.");
    }
}
