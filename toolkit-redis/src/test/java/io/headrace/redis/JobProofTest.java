package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.FaultProxy;
import io.headrace.test.RedisServer;
import java.nio.file.Path;
import java.time.Duration;
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
 * The promises of the queue, while workers are killed, links are cut or fall silent, and Redis is killed and comes back from
 * its append-only file, and with clocks of workers that are wrong by hours. {@code -Dheadrace.stress.jobs=1000000} makes it long.
 */
class JobProofTest {

    private static final Logger LOG = LoggerFactory.getLogger(JobProofTest.class);
    private static final int JOBS = Integer.getInteger("headrace.stress.jobs", 1_500);
    private static final int POISONS = JOBS < 100_000 ? 1 : 5;
    private static final int WORKERS = 3;
    private static final int FAULTS = JOBS < 100_000 ? 4 : 80;
    private static final long SECONDS = 60 + JOBS / 300;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** A lease, a period of the reaper, and time for JVMs that start on the same few processors meanwhile. */
    private static final Duration LONGEST_WAIT =
            JobWorker.LEASE.plus(JobWorker.LEASE.dividedBy(3)).plusSeconds(4);

    /** A late timer or a late message to the referee, not the rest of a handler that runs for 6 s. */
    private static final Duration LONGEST_OVERLAP = Duration.ofSeconds(1);

    private final Random random = new Random(JOBS);
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final AtomicLong refused = new AtomicLong();

    @TempDir
    Path logs;

    @Test
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void everyJobIsHandledAndEveryPromiseHoldsWhileEverythingFails() throws Exception {
        // What was written survives a server that is killed; only a machine that is killed would need more. The file is
        // rewritten
        // early, because each start counts growth anew and reads all of it.
        try (RedisServer server = RedisServer.startWith(
                        "--appendonly",
                        "yes",
                        "--appendfsync",
                        "no",
                        "--auto-aof-rewrite-min-size",
                        "4mb",
                        "--auto-aof-rewrite-percentage",
                        "10");
                FaultProxy links = FaultProxy.to(server.host(), server.port());
                JobReferee referee = new JobReferee();
                JobWorkers workers = new JobWorkers(server, referee, logs, random);
                ToolkitScope producer = ToolkitScope.open("redis://" + links.host() + ":" + links.port());
                ToolkitScope direct = ToolkitScope.open(server.url())) {
            JobQueue<String> queue = direct.redis().queue("proof", Codec.string(), JobQueueConfig.defaults());
            Disposable enqueueing = enqueue(producer.redis()).subscribe();
            try {
                workers.start(WORKERS);
                for (int fault = 1; fault <= FAULTS; fault++) {
                    int part = (int) ((long) JOBS * fault / (FAULTS + 2));
                    assertThat(awaitHandled(Set.of(), part, workers, referee)).isTrue();
                    harm(fault, server, links, workers, referee);
                }
                Eventually.until("the producer has ended", enqueueing::isDisposed);
                assertThat(acknowledged.size() + refused.get()).isEqualTo(JOBS + POISONS);
                Set<String> healthy = ConcurrentHashMap.newKeySet();
                acknowledged.stream()
                        .filter(payload -> !payload.startsWith("poison"))
                        .forEach(healthy::add);
                assertThat(awaitHandled(healthy, healthy.size(), workers, referee))
                        .as("handled in time; missing of %d: %s", healthy.size(), referee.missing(healthy))
                        .isTrue();
                expectEmpty(queue, workers);
                LOG.warn(
                        "{} jobs acknowledged, {} unknown, {} deliveries, {} faults; longest waits after {} deaths {}; longest"
                                + " overlap {}",
                        acknowledged.size(),
                        refused.get(),
                        referee.deliveries(),
                        FAULTS,
                        referee.waits().deaths(),
                        referee.waits(),
                        referee.longestOverlap());
                assertThat(referee.faults()).isEmpty();
                assertThat(referee.longestOverlap()).isLessThan(LONGEST_OVERLAP);
                assertThat(referee.waits().ordinary()).isLessThan(LONGEST_WAIT);
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

    private void harm(int fault, RedisServer server, FaultProxy links, JobWorkers workers, JobReferee referee)
            throws Exception {
        if (fault % 4 == 1) {
            workers.killOne();
            return;
        }
        referee.disturbed();
        switch (fault % 4) {
            case 2 -> {
                server.kill();
                server.restart();
            }
            case 3 -> {
                links.reset();
                workers.cutAllLinks();
            }
            default -> workers.silenceOne();
        }
        referee.disturbed();
    }

    private boolean awaitHandled(Set<String> wanted, int count, JobWorkers workers, JobReferee referee)
            throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!referee.awaitHandled(wanted, count, 1)) {
            workers.replaceTheDead();
            if (System.nanoTime() - end > 0) {
                return false;
            }
        }
        return true;
    }

    /** Until the last poison is dead and all else is done; workers that it killed are replaced. */
    private void expectEmpty(JobQueue<String> queue, JobWorkers workers) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        JobQueueSnapshot left = queue.stats().retry(5).block(LIMIT);
        while (left == null || left.waiting() + left.delayed() + left.inFlight() > 0) {
            assertThat(System.nanoTime() - end)
                    .as("the queue is empty, not %s", left)
                    .isNegative();
            workers.replaceTheDead();
            TimeUnit.MILLISECONDS.sleep(100);
            left = queue.stats().retry(5).block(LIMIT);
        }
    }
}
