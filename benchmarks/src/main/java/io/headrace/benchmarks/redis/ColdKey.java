package io.headrace.benchmarks.redis;

import io.headrace.redis.Cache;
import io.headrace.redis.RedisToolkit;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A thousand callers who all ask for the same key, which is not cached and takes 100 ms to load. */
final class ColdKey {

    private static final int CALLERS = 1_000;
    private static final Duration LOAD = Duration.ofMillis(100);
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private ColdKey() {}

    static void run(String url, PrintStream out) {
        RedisToolkit one = RedisToolkit.open(url);
        RedisToolkit two = RedisToolkit.open(url);
        try {
            run(List.of(cache(one)), 1, "one process", out);
            run(List.of(cache(one), cache(two)), 2, "two processes", out);
        } finally {
            one.close().then(two.close()).block(LIMIT);
        }
    }

    private static Cache<Integer, String> cache(RedisToolkit redis) {
        return redis.cache("cold", Integer.class, String.class, c -> c.redisTimeout(Duration.ofSeconds(5)));
    }

    private static void run(List<Cache<Integer, String>> caches, int key, String who, PrintStream out) {
        AtomicInteger loads = new AtomicInteger();
        Mono<String> load = Mono.delay(LOAD).map(late -> "value").doOnSubscribe(s -> loads.incrementAndGet());
        // connections and classes are there before it counts
        caches.forEach(cache -> cache.peek(key).block(LIMIT));
        long start = System.nanoTime();
        Long answered = Flux.range(0, CALLERS)
                .flatMap(n -> caches.get(n % caches.size()).get(key, k -> load), CALLERS)
                .count()
                .block(LIMIT);
        out.printf(
                Locale.ROOT,
                "%n%,d callers of one cold key in %s, loader %d ms: %d load(s), all answered after %d ms%n",
                answered,
                who,
                LOAD.toMillis(),
                loads.get(),
                Duration.ofNanos(System.nanoTime() - start).toMillis());
    }
}
