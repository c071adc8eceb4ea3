package io.headrace.benchmarks.redis;

import io.headrace.benchmarks.harness.Medians;
import io.headrace.benchmarks.harness.Rounds;
import io.headrace.redis.JobQueue;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * From the call that enqueues a job to the start of its handler, at a steady pace. Rounds go around as in every contest;
 * a figure is that of the round in the middle.
 */
final class QueueLatency {

    private static final Duration ROUND = Duration.ofSeconds(4);

    private record Contender(String name, Course course, List<long[]> percentiles) {}

    private interface Course {

        /** The 50th and 99th percentile in microseconds. */
        long[] run() throws Exception;
    }

    private final RedisPeers peers;
    private final Duration pace;
    private final int jobs;
    private final List<Contender> contenders = new ArrayList<>();

    QueueLatency(RedisPeers peers, Optional<BullMq> bullMq, Duration pace) {
        this.peers = peers;
        this.pace = pace;
        this.jobs = Math.toIntExact(ROUND.dividedBy(pace));
        QueueRivals rivals = new QueueRivals(peers);
        add("Headrace `JobQueue`", this::headrace);
        add("Lettuce, a loop of `BLMOVE` and `LREM`", () -> rivals.blmove(course()));
        add("Redisson `RBlockingQueue.takeElements`, which forgets", () -> rivals.redissonQueue(course()));
        add("Redisson `RStream.readGroup`, waiting, `ack` and `remove`", () -> rivals.redissonStream(course()));
        add("Spring `StreamReceiver`, `acknowledge` and `delete`", () -> rivals.springReceiver(course()));
        bullMq.ifPresent(other ->
                add("BullMQ in its own process, enqueueing too", () -> other.latency(jobs, pace.toNanos() / 1_000)));
    }

    private void add(String name, Course course) {
        contenders.add(new Contender(name, course, new ArrayList<>()));
    }

    void run(Rounds rounds, PrintStream out) throws Exception {
        String title = String.format(
                Locale.ROOT,
                "%,d jobs a second: from enqueueing to the start of the handler",
                TimeUnit.SECONDS.toNanos(1) / pace.toNanos());
        rounds.goAround(title, contenders.size(), (index, counts) -> {
            Contender contender = contenders.get(index);
            System.gc();
            long[] percentiles = contender.course().run();
            if (counts) {
                contender.percentiles().add(percentiles);
            }
        });
        out.printf("%n### %s%n%n", title);
        out.printf("| contender | p50 us | p99 us |%n| --- | ---: | ---: |%n");
        for (Contender contender : contenders) {
            out.printf(
                    Locale.ROOT,
                    "| %s | %,.0f | %,.0f |%n",
                    contender.name(),
                    median(contender, 0),
                    median(contender, 1));
        }
    }

    private static double median(Contender contender, int which) {
        return Medians.of(contender.percentiles().stream().mapToDouble(percentiles -> percentiles[which]));
    }

    private PacedCourse course() {
        return new PacedCourse(jobs, pace);
    }

    private long[] headrace() throws InterruptedException {
        JobQueue<Integer> queue = peers.headrace.queue("latency", Integer.class);
        PacedCourse course = course();
        Disposable consumer = queue.consume(job -> Mono.fromRunnable(() -> course.started(job.payload())))
                .subscribe();
        try {
            return course.run(n -> queue.enqueue(n).then());
        } finally {
            consumer.dispose();
        }
    }
}
