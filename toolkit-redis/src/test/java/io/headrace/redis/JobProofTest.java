package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.FaultProxy;
import io.headrace.test.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The promises of the queue, while workers are killed, links are cut and Redis is killed and comes back from its append-only
 * file, and with clocks of workers that are wrong by hours. {@code -Dheadrace.stress.jobs=1000000} makes it long.
 */
class JobProofTest {

    private static final Logger LOG = LoggerFactory.getLogger(JobProofTest.class);
    private static final int JOBS = Integer.getInteger("headrace.stress.jobs", 1_500);
    private static final int POISONS = JOBS < 100_000 ? 1 : 5;
    private static final int WORKERS = 3;
    private static final int FAULTS = JOBS < 100_000 ? 6 : 60;
    private static final long SECONDS = 60 + JOBS / 300;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Random random = new Random(JOBS);
    private final List<Process> workers = new ArrayList<>();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final AtomicLong refused = new AtomicLong();

    @TempDir
    Path logs;

    @Test
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void everyJobIsHandledAndEveryPromiseHoldsWhileEverythingFails() throws Exception {
        // what was written survives a server that is killed; only a machine that is killed would need more
        try (RedisServer server = RedisServer.startWith(
                        "--appendonly", "yes", "--appendfsync", "no", "--auto-aof-rewrite-min-size", "4mb");
                FaultProxy links = FaultProxy.to(server.host(), server.port());
                JobReferee referee = new JobReferee();
                ToolkitScope producer = ToolkitScope.open("redis://" + links.host() + ":" + links.port());
                ToolkitScope direct = ToolkitScope.open(server.url())) {
            JobQueue<String> queue = direct.redis().queue("proof", Codec.string(), JobQueueConfig.defaults());
            Disposable enqueueing = enqueue(producer.redis()).subscribe();
            try {
                for (int i = 0; i < WORKERS; i++) {
                    startWorker(links, referee, i);
                }
                for (int fault = 1; fault <= FAULTS; fault++) {
                    int part = (int) ((long) JOBS * fault / (FAULTS + 2));
                    assertThat(awaitHandled(Set.of(), part, links, referee)).isTrue();
                    harm(fault, server, links, referee);
                }
                Eventually.until("the producer has ended", enqueueing::isDisposed);
                assertThat(acknowledged.size() + refused.get()).isEqualTo(JOBS + POISONS);
                Set<String> healthy = ConcurrentHashMap.newKeySet();
                acknowledged.stream()
                        .filter(payload -> !payload.startsWith("poison"))
                        .forEach(healthy::add);
                assertThat(awaitHandled(healthy, healthy.size(), links, referee))
                        .as("handled in time; missing of %d: %s", healthy.size(), referee.missing(healthy))
                        .isTrue();
                expectEmpty(queue, links, referee);
                LOG.warn(
                        "{} jobs acknowledged, {} unknown, {} deliveries, {} faults, longest wait after a death {} ms,"
                                + " longest overlap {} ms",
                        acknowledged.size(),
                        refused.get(),
                        referee.deliveries(),
                        FAULTS,
                        referee.longestWaitMillis(),
                        referee.longestOverlapMillis());
                assertThat(referee.faults()).isEmpty();
                assertThat(referee.missing(healthy)).isEmpty();
                Set<String> poison = ConcurrentHashMap.newKeySet();
                acknowledged.stream()
                        .filter(payload -> payload.startsWith("poison"))
                        .forEach(poison::add);
                assertThat(queue.deadLetters()
                                .map(letter -> letter.payload().orElseThrow())
                                .collectList()
                                .block(LIMIT))
                        .containsAll(poison)
                        .allMatch(payload -> payload.startsWith("poison"))
                        .doesNotHaveDuplicates();
            } finally {
                enqueueing.dispose();
                workers.forEach(Process::destroyForcibly);
            }
        }
    }

    /** Through links that are cut: a job whose enqueueing failed may be there or not. */
    private Mono<Void> enqueue(RedisToolkit redis) {
        JobQueue<String> queue = redis.queue("proof", Codec.string(), JobQueueConfig.defaults());
        Flux<String> payloads = Flux.range(0, JOBS + POISONS)
                .map(number -> number % (JOBS / POISONS) == JOBS / POISONS / 2 && number / (JOBS / POISONS) < POISONS
                        ? "poison" + number
                        : "job" + number);
        return payloads.flatMap(
                        payload -> queue.enqueue(payload)
                                .doOnNext(id -> acknowledged.add(payload))
                                .then()
                                .onErrorResume(
                                        RedisException.class, error -> Mono.fromRunnable(refused::incrementAndGet)),
                        JOBS < 100_000 ? 16 : 256)
                .then();
    }

    private void startWorker(FaultProxy links, JobReferee referee, int number) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                JobWorker.class.getName(),
                "redis://" + links.host() + ":" + links.port(),
                "proof",
                Integer.toString(referee.port()),
                Integer.toString((number % 3 - 1) * 7_200),
                "32"));
        workers.add(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(logs.resolve("worker-" + number + ".log").toFile())
                .start());
    }

    private void harm(int fault, RedisServer server, FaultProxy links, JobReferee referee) throws Exception {
        switch (fault % 3) {
            case 1 -> {
                workers.get(random.nextInt(workers.size())).destroyForcibly().waitFor();
                replaceTheDead(links, referee);
            }
            case 2 -> {
                server.kill();
                server.restart();
            }
            default -> links.reset();
        }
    }

    private boolean awaitHandled(Set<String> wanted, int count, FaultProxy links, JobReferee referee) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!referee.awaitHandled(wanted, count, 1)) {
            replaceTheDead(links, referee);
            if (System.nanoTime() - end > 0) {
                return false;
            }
        }
        return true;
    }

    private void replaceTheDead(FaultProxy links, JobReferee referee) throws IOException {
        long dead = workers.stream().filter(worker -> !worker.isAlive()).count();
        workers.removeIf(worker -> !worker.isAlive());
        for (int i = 0; i < dead; i++) {
            startWorker(links, referee, random.nextInt(3));
        }
    }

    /** Until the last poison is dead and all else is done; workers that it killed are replaced. */
    private void expectEmpty(JobQueue<String> queue, FaultProxy links, JobReferee referee) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        JobQueueSnapshot left = queue.stats().retry(5).block(LIMIT);
        while (left == null || left.waiting() + left.delayed() + left.inFlight() > 0) {
            assertThat(System.nanoTime() - end)
                    .as("the queue is empty, not %s", left)
                    .isNegative();
            replaceTheDead(links, referee);
            workers.get(0).waitFor(100, TimeUnit.MILLISECONDS);
            left = queue.stats().retry(5).block(LIMIT);
        }
    }
}
