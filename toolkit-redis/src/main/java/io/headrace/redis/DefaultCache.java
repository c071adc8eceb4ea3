package io.headrace.redis;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

final class DefaultCache<K, V> implements Cache<K, V> {

    private static final Logger LOG = LoggerFactory.getLogger(DefaultCache.class);

    private final Commands commands;
    private final KeySpace<V> keys;
    private final Function<@Nullable K, @Nullable String> keyText;
    private final CacheConfig config;
    private final Timing timing;
    private final CacheCounters counters = new CacheCounters();
    private final ConcurrentMap<String, Flight<V>> flights = new ConcurrentHashMap<>();

    DefaultCache(
            Commands commands,
            KeySpace<V> keys,
            Function<@Nullable K, @Nullable String> keyText,
            CacheConfig config,
            Timing timing) {
        this.commands = commands;
        this.keys = keys;
        this.keyText = keyText;
        this.config = config;
        this.timing = timing;
    }

    @Override
    public Mono<V> get(K key, Function<? super K, ? extends Mono<? extends V>> loader) {
        return Mono.create(caller -> join(key, loader, caller));
    }

    private void join(K key, Function<? super K, ? extends Mono<? extends V>> loader, MonoSink<V> caller) {
        String full = keys.key(keyText.apply(key));
        while (true) {
            Flight<V> current = flights.get(full);
            if (current != null && current.join(caller)) {
                return;
            }
            Flight<V> fresh = new Flight<>((ended, callers) -> landed(full, ended, callers));
            if (current == null ? flights.putIfAbsent(full, fresh) == null : flights.replace(full, current, fresh)) {
                // another caller may have joined, left and so ended the flight before its own starter got here
                if (fresh.join(caller)) {
                    fresh.start(read(full, key, loader, fresh), caller);
                    return;
                }
            }
        }
    }

    private void landed(String full, Flight<V> flight, int callers) {
        flights.remove(full, flight);
        (flight.isLoading() ? counters.misses : counters.hits).add(callers);
    }

    private Mono<V> read(
            String full, K key, Function<? super K, ? extends Mono<? extends V>> loader, Flight<V> flight) {
        return tolerant(full, () -> fetch(full)).switchIfEmpty(Mono.defer(() -> {
            flight.loading();
            return load(full, key, loader)
                    .flatMap(value -> store(full, value, flight).thenReturn(value));
        }));
    }

    private Mono<V> fetch(String full) {
        return commands.send(() -> RedisCommand.on(Command.GET, full))
                .map(reply -> keys.decode(full, Replies.bytes(reply)));
    }

    private Mono<V> load(String full, K key, Function<? super K, ? extends Mono<? extends V>> loader) {
        return Mono.defer(() -> {
            long start = timing.nanos();
            counters.loads.increment();
            return Mono.<V>defer(() -> loader.apply(key).map(Function.identity()))
                    .timeout(config.loadTimeout(), lateLoad(full), timing.scheduler())
                    .doOnError(error -> counters.loadFailures.increment())
                    .doFinally(end -> counters.loadNanos.add(timing.nanos() - start));
        });
    }

    private Mono<V> lateLoad(String full) {
        return Mono.error(() -> new CacheLoadTimeoutException("The load for cache key '" + full
                + "' gave no result within " + Wording.duration(config.loadTimeout())
                + " and was cancelled. Look for what is slow behind the loader, or raise loadTimeout."));
    }

    private Mono<Response> store(String full, V value, Flight<V> flight) {
        return flight.isStale() ? Mono.empty() : tolerant(full, () -> write(full, value));
    }

    private Mono<Response> write(String full, V value) {
        return commands.send(() -> RedisCommand.on(Command.SET, full)
                .with(keys.encode(full, value))
                .with("PX")
                .with(timing.jitter(config.ttl(), config.ttlJitter()).toMillis()));
    }

    /** Runs a step that the cache can do without: skipped when Redis is down, left behind when late, or wrong. */
    private <R> Mono<R> tolerant(String full, Supplier<Mono<R>> step) {
        return Mono.defer(() -> {
            if (commands.isDown()) {
                counters.redisFailures.increment();
                return Mono.empty();
            }
            return step.get()
                    .timeout(config.redisTimeout(), timing.scheduler())
                    .onErrorResume(
                            error -> error instanceof RedisException || error instanceof TimeoutException, error -> {
                                counters.redisFailures.increment();
                                LOG.debug("cache key '{}': going on without Redis", full, error);
                                return Mono.empty();
                            });
        });
    }

    @Override
    public Mono<V> peek(K key) {
        return Mono.defer(() -> {
            String full = keys.key(keyText.apply(key));
            return tolerant(full, () -> fetch(full));
        });
    }

    @Override
    public Mono<Void> put(K key, V value) {
        return Mono.defer(() -> {
            String full = keys.key(keyText.apply(key));
            return detachFlight(full).then(write(full, value)).then();
        });
    }

    @Override
    public Mono<Void> invalidate(K key) {
        return Mono.defer(() -> {
            String full = keys.key(keyText.apply(key));
            return detachFlight(full)
                    .then(commands.send(() -> RedisCommand.on(Command.UNLINK, full)))
                    .then();
        });
    }

    private Mono<Void> detachFlight(String full) {
        return Mono.fromRunnable(() -> {
            Flight<V> current = flights.remove(full);
            if (current != null) {
                current.outdate();
            }
        });
    }

    @Override
    public CacheSnapshot snapshot() {
        return counters.snapshot();
    }
}
