package io.headrace.redis;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * A worker in a JVM of its own, which tells a {@link JobReferee} what it does, each with job, token and delivery: B when it begins, E
 * when it ends, and O when the job is recorded as done. A payload that begins with "poison" halts the JVM at once.
 */
final class JobWorker {

    static final Duration LEASE = Duration.ofSeconds(2);
    static final int MAX_DELIVERIES = 5;

    /** Of the work for a job; few take so long. */
    private static final Duration LONGEST = LEASE.multipliedBy(3);

    private JobWorker() {}

    /** Arguments: URL, queue, port of the referee, seconds by which the clock is wrong, concurrency. */
    public static void main(String[] arguments) throws Exception {
        Timing timing = new Timing(
                new SkewedScheduler(Schedulers.parallel(), Duration.ofSeconds(Long.parseLong(arguments[3]))),
                () -> ThreadLocalRandom.current().nextDouble());
        RedisToolkit redis = RedisToolkit.open(arguments[0], RedisConfig.defaults(), timing);
        Socket socket = new Socket("localhost", Integer.parseInt(arguments[2]));
        socket.setTcpNoDelay(true);
        Referee referee = new Referee(socket.getOutputStream());
        JobQueue<String> queue = redis.queue(
                arguments[1],
                Codec.string(),
                JobQueueConfig.builder()
                        .retryDelay(Duration.ofMillis(20), Duration.ofMillis(200))
                        .build());
        CountDownLatch over = new CountDownLatch(1);
        queue.consume(
                        job -> handle(job, referee),
                        ConsumeOptions.builder()
                                .concurrency(Integer.parseInt(arguments[4]))
                                .leaseTime(LEASE)
                                .maxAttempts(1_000)
                                .maxDeliveries(MAX_DELIVERIES)
                                .build())
                .doFinally(signal -> over.countDown())
                .subscribe(
                        outcome -> {
                            if (outcome instanceof JobOutcome.Done<String> done) {
                                referee.tell("O", done.job());
                            }
                        },
                        error -> referee.line("X " + error));
        over.await();
    }

    private static Mono<?> handle(Job<String> job, Referee referee) {
        return Mono.defer(() -> {
            referee.tell("B", job);
            if (job.payload().startsWith("poison")) {
                Runtime.getRuntime().halt(137);
            }
            int luck = ThreadLocalRandom.current().nextInt(2_000);
            Mono<?> work = luck == 1_999
                    ? Mono.delay(LONGEST)
                    : luck < 1_800 ? Mono.empty() : Mono.delay(Duration.ofMillis(luck / 20));
            return work.then(luck % 100 == 0 ? Mono.error(new IllegalStateException("bad luck")) : Mono.empty())
                    .doFinally(signal -> referee.tell("E", job));
        });
    }

    /** Writes whole lines, unbuffered, so that what was told survives a SIGKILL. */
    private record Referee(OutputStream out) {

        void tell(String what, Job<String> job) {
            line(what + " " + job.payload() + " " + job.fencing() + " " + job.delivery());
        }

        synchronized void line(String text) {
            try {
                out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
