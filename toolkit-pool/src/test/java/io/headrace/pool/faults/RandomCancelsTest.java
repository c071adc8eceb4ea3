package io.headrace.pool.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.pool.Pool;
import io.headrace.test.AllowDroppedErrors;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Many borrowers of a {@link Pool} that cancel at any moment while others look for traces of them. A few thousand each time;
 * {@code -Dheadrace.stress.cancels=200000} for as many as one likes.
 */
@PostgresTest
@AllowDroppedErrors("a step of a borrower may begin while it cancels, and then finds its connection given back")
class RandomCancelsTest {

    private static final Logger LOG = LoggerFactory.getLogger(RandomCancelsTest.class);

    private static final long CANCELS = Long.getLong("headrace.stress.cancels", 0);
    private static final Duration SHORT = Duration.ofSeconds(6);
    private static final Duration LONG = Duration.ofMinutes(30);

    private static final List<Errand> ERRANDS = List.of(Errand.values());
    private static final int SIZE = 8;
    private static final int BORROWERS = 12;
    private static final int LONGEST_MICROS = 20_000;
    private static final Duration ONE_WAY = Duration.ofMillis(1);

    private final LongAdder cancelled = new LongAdder();
    private final LongAdder answered = new LongAdder();
    private final Queue<String> traces = new ConcurrentLinkedQueue<>();

    @Test
    @Timeout(value = 40, unit = TimeUnit.MINUTES)
    void nobodyFindsATraceOfThoseWhoCancelled(TestPostgres postgres) {
        long seed = Long.getLong("headrace.stress.seed", System.nanoTime());
        long began = System.nanoTime();
        // a connection that a cancel has made suspect is validated; the time for that is not what is tested
        try (PooledLine line = PooledLine.of(
                postgres,
                c -> c.size(SIZE).validateTimeout(Duration.ofSeconds(5)).releaseTimeout(Duration.ofSeconds(5)))) {
            line.fill();
            line.proxy.delay(ONE_WAY);

            Flux.range(0, BORROWERS)
                    .flatMap(i -> borrower(line.pool, new Random(seed + i), began), BORROWERS)
                    .blockLast(LONG.plus(Ask.LATER));

            assertThat(traces).as("with -Dheadrace.stress.seed=%d", seed).isEmpty();
            // a race that only ever goes one way has tested nothing
            assertThat(cancelled.sum()).isPositive();
            assertThat(answered.sum()).isPositive();
            line.recovers();
        }
        if (CANCELS > 0) {
            LOG.warn(
                    "{} cancels and {} answers in {} s, nothing left",
                    cancelled.sum(),
                    answered.sum(),
                    Duration.ofNanos(System.nanoTime() - began).toSeconds());
        }
    }

    private boolean goesOn(long began) {
        long nanos = System.nanoTime() - began;
        return CANCELS == 0 ? nanos < SHORT.toNanos() : cancelled.sum() < CANCELS && nanos < LONG.toNanos();
    }

    private Mono<Void> borrower(Pool pool, Random random, long began) {
        return Mono.defer(() -> once(pool, random)).repeat(() -> goesOn(began)).then();
    }

    private Mono<Void> once(Pool pool, Random random) {
        Errand errand = ERRANDS.get(random.nextInt(ERRANDS.size()));
        Duration patience = Duration.ofNanos(1_000L * random.nextInt(LONGEST_MICROS));
        return errand.run(pool)
                .timeout(patience)
                .doOnNext(trace -> {
                    answered.increment();
                    if (!trace.isEmpty()) {
                        traces.add(errand + ": " + trace);
                    }
                })
                .onErrorResume(error -> {
                    if (error instanceof TimeoutException) {
                        cancelled.increment();
                    } else {
                        traces.add(errand + ": " + error);
                    }
                    return Mono.empty();
                })
                .then();
    }
}
