package io.headrace.benchmarks.redis;

import io.headrace.redis.JobQueue;
import io.lettuce.core.LMoveArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntConsumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** From the call that enqueues a job to the start of its handler, at a pace that leaves everyone idle most of the time. */
final class QueueLatency {

    private static final int JOBS = 2_000;
    private static final int WARM_UP = 400;
    private static final Duration PACE = Duration.ofMillis(5);
    private static final String LIST = "latency:list";
    private static final String DOING = "latency:doing";

    private final long[] sent = new long[JOBS];
    private final long[] started = new long[JOBS];
    private final CountDownLatch left = new CountDownLatch(JOBS);

    private QueueLatency() {}

    static void run(RedisPeers peers, PrintStream out) throws Exception {
        out.printf(
                "%n%d jobs, one every %d ms: from enqueueing to the start of the handler%n%n", JOBS, PACE.toMillis());
        out.printf("| contender | p50 us | p99 us |%n| --- | ---: | ---: |%n");
        QueueLatency headrace = new QueueLatency();
        JobQueue<Integer> queue = peers.headrace.queue("latency", Integer.class);
        var consumer = queue.consume(job -> Mono.fromRunnable(() -> headrace.start(job.payload())))
                .subscribe();
        headrace.measure(n -> queue.enqueue(n).then());
        consumer.dispose();
        headrace.print("Headrace `JobQueue`", out);
        QueueLatency blmove = new QueueLatency();
        try (StatefulRedisConnection<String, String> own = peers.lettuceClient.connect()) {
            Thread loop = new Thread(() -> loop(own.sync(), blmove::start), "blmove");
            loop.start();
            blmove.measure(n ->
                    peers.lettuce.reactive().lpush(LIST, Integer.toString(n)).then());
            loop.join();
        }
        blmove.print("Lettuce, a loop of `BLMOVE` and `LREM`", out);
    }

    private static void loop(RedisCommands<String, String> commands, IntConsumer start) {
        for (int done = 0; done < JOBS; ) {
            String job = commands.blmove(LIST, DOING, LMoveArgs.Builder.rightLeft(), 1);
            if (job != null) {
                start.accept(Integer.parseInt(job));
                done += Math.toIntExact(commands.lrem(DOING, 1, job));
            }
        }
    }

    private void start(int job) {
        started[job] = System.nanoTime();
        left.countDown();
    }

    private void measure(Function<Integer, Mono<Void>> enqueue) throws InterruptedException {
        Flux.interval(PACE, Schedulers.parallel())
                .onBackpressureBuffer()
                .take(JOBS)
                .map(Long::intValue)
                .flatMap(
                        n -> {
                            sent[n] = System.nanoTime();
                            return enqueue.apply(n);
                        },
                        JOBS)
                .blockLast(Duration.ofMinutes(2));
        if (!left.await(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException(left.getCount() + " jobs were not started within a minute");
        }
    }

    private void print(String name, PrintStream out) {
        long[] times = new long[JOBS - WARM_UP];
        for (int n = WARM_UP; n < JOBS; n++) {
            times[n - WARM_UP] = (started[n] - sent[n]) / 1_000;
        }
        Arrays.sort(times);
        out.printf(Locale.ROOT, "| %s | %,d | %,d |%n", name, times[times.length / 2], times[times.length * 99 / 100]);
    }
}
