package io.headrace.benchmarks.redis;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Jobs enqueued one after the other at a steady pace, whoever consumes them. */
final class PacedCourse {

    private final long[] sent;
    private final long[] started;
    private final Duration pace;
    private final CountDownLatch left;

    PacedCourse(int jobs, Duration pace) {
        this.sent = new long[jobs];
        this.started = new long[jobs];
        this.pace = pace;
        this.left = new CountDownLatch(jobs);
    }

    int jobs() {
        return sent.length;
    }

    /** The handler of a job has begun. */
    void started(int job) {
        started[job] = System.nanoTime();
        left.countDown();
    }

    /** The 50th and 99th percentile in microseconds, when all have been started. */
    long[] run(IntFunction<Mono<Void>> enqueue) throws InterruptedException {
        Flux.interval(pace, Schedulers.parallel())
                .onBackpressureBuffer()
                .take(sent.length)
                .map(Long::intValue)
                .flatMap(
                        n -> {
                            sent[n] = System.nanoTime();
                            return enqueue.apply(n);
                        },
                        sent.length)
                .blockLast(Duration.ofMinutes(2));
        if (!left.await(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException(left.getCount() + " jobs were not started within a minute");
        }
        long[] times = new long[sent.length];
        Arrays.setAll(times, n -> (started[n] - sent[n]) / 1_000);
        Arrays.sort(times);
        return new long[] {times[times.length / 2], times[times.length * 99 / 100]};
    }
}
