package io.headrace.redis;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

final class DefaultLease implements Lease {

    private static final Logger LOG = LoggerFactory.getLogger(DefaultLease.class);
    private static final int EXTENSIONS = 3;
    private static final int RETRIES = 10;

    private final LeaseStore store;
    private final Timing timing;
    private final String key;
    private final String full;
    private final String token;
    private final long fencing;
    /** Why it ended; null while it is held. */
    private final AtomicReference<@Nullable String> endedBy = new AtomicReference<>();

    private final Sinks.Empty<Void> over = Sinks.empty();
    private final Disposable.Swap extension = Disposables.swap();
    private final Disposable.Swap expiry = Disposables.swap();

    DefaultLease(LeaseStore store, Timing timing, String key, String full, String token, long fencing) {
        this.store = store;
        this.timing = timing;
        this.key = key;
        this.full = full;
        this.token = token;
        this.fencing = fencing;
    }

    /** Begins to extend. {@code asked} is when the request was sent, from which on the server counts at the earliest. */
    void start(long asked) {
        heldSince(asked);
        scheduleExtension(pause());
    }

    private void heldSince(long asked) {
        long left = store.duration().toNanos() - (timing.nanos() - asked);
        expiry.update(timing.afterNanos(
                left,
                () -> end("was not extended within " + Wording.duration(store.duration()) + " because Redis did not"
                        + " answer. Look for what holds up the server or this process, or make the duration longer")));
        if (!isHeld()) {
            expiry.dispose();
        }
    }

    private void scheduleExtension(Duration delay) {
        extension.replace(timing.after(delay, this::extend));
    }

    private Duration pause() {
        return store.duration().dividedBy(EXTENSIONS);
    }

    private void extend() {
        if (!isHeld()) {
            return;
        }
        long asked = timing.nanos();
        extension.replace(store.extend(full, token)
                .timeout(pause(), timing.scheduler())
                .subscribe(
                        extended -> {
                            if (extended) {
                                heldSince(asked);
                                scheduleExtension(pause());
                            } else {
                                end(
                                        "had run out on the server, or its key was deleted. Make the duration longer than any"
                                                + " pause of this process");
                            }
                        },
                        error -> {
                            LOG.debug("lease '{}': not extended, trying again", full, error);
                            scheduleExtension(store.duration().dividedBy(RETRIES));
                        }));
    }

    @CanIgnoreReturnValue
    private boolean end(String reason) {
        if (!endedBy.compareAndSet(null, reason)) {
            return false;
        }
        extension.dispose();
        expiry.dispose();
        over.tryEmitEmpty().orThrow();
        return true;
    }

    @Override
    public String key() {
        return key;
    }

    @Override
    public long fencing() {
        return fencing;
    }

    @Override
    public boolean isHeld() {
        return endedBy.get() == null;
    }

    @Override
    public <T> Mono<T> guard(Mono<T> work) {
        return guard(work.flux()).singleOrEmpty();
    }

    @Override
    public <T> Flux<T> guard(Flux<T> work) {
        return Flux.defer(() -> {
            if (!isHeld()) {
                return Flux.error(lost());
            }
            AtomicBoolean done = new AtomicBoolean();
            // an error of the other publisher would end the stream without cancelling the work, so the other one
            // completes
            return work.doOnComplete(() -> done.set(true))
                    .takeUntilOther(over.asMono())
                    .concatWith(Mono.defer(() -> done.get() ? Mono.empty() : Mono.error(lost())));
        });
    }

    private LeaseLostException lost() {
        return new LeaseLostException(
                "The lease '" + full + "' " + endedBy.get() + ". The work under it was cancelled.");
    }

    @Override
    public Mono<Boolean> release() {
        return Mono.defer(() -> end("was released") ? store.release(full, token, fencing) : Mono.just(false));
    }
}
