package io.headrace.redis;

import java.time.Duration;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

final class DefaultLeases implements Leases {

    private final KeySpace<byte[]> keys;
    private final LeaseStore store;
    private final Timing timing;

    DefaultLeases(Commands commands, KeySpace<byte[]> keys, LeaseConfig config, Timing timing) {
        this.keys = keys;
        this.store = new LeaseStore(commands, config.duration());
        this.timing = timing;
    }

    @Override
    public Mono<Lease> tryAcquire(String key) {
        return Mono.defer(() -> unlessLeft(request(key, Duration.ZERO)));
    }

    @Override
    public Mono<Lease> acquire(String key, Duration longest) {
        return Mono.defer(() -> granted(request(key, longest), longest));
    }

    private static Mono<Lease> granted(LeaseRequest request, Duration longest) {
        return unlessLeft(request).switchIfEmpty(Mono.error(() -> request.unavailable(longest)));
    }

    private LeaseRequest request(String key, Duration longest) {
        String full = keys.key(key);
        return new LeaseRequest(store, timing, key, full, Settings.patience(full, longest));
    }

    /** A cancel leaves the request and lets its command run, so that a grant that is under way is given back. */
    private static Mono<Lease> unlessLeft(LeaseRequest request) {
        return Mono.create(sink -> {
            sink.onCancel(() -> request.leave().subscribe());
            request.run().contextWrite(sink.contextView()).subscribe(sink::success, sink::error, sink::success);
        });
    }

    @Override
    public <T> Flux<T> guard(String key, Duration longest, Function<? super Lease, ? extends Publisher<T>> work) {
        // The request is there before anything is asked, so that a cancel at any moment finds it.
        return Flux.usingWhen(
                Mono.fromSupplier(() -> request(key, longest)),
                request -> granted(request, longest).flatMapMany(lease -> lease.guard(Flux.from(work.apply(lease)))),
                LeaseRequest::leave,
                (request, error) -> request.leave(),
                LeaseRequest::leave);
    }
}
