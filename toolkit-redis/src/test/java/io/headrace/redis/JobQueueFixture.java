package io.headrace.redis;

import io.headrace.test.TestRedis;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.util.retry.Retry;

/** A queue of its own for each test, and what tests of queues ask again and again. */
abstract class JobQueueFixture {

    static final Duration LIMIT = Duration.ofSeconds(20);
    static final JobQueueConfig QUICK_RETRIES = JobQueueConfig.builder()
            .retryDelay(Duration.ofMillis(20), Duration.ofMillis(100))
            .build();
    static final ConsumeOptions SHORT_LEASES =
            ConsumeOptions.builder().leaseTime(Duration.ofMillis(600)).build();

    record Email(String to, int number) {}

    final TestRedis server;
    final String name;
    JobQueue<Email> queue;
    private ToolkitScope scope;

    JobQueueFixture(TestRedis server) {
        this.server = server;
        this.name = server.keyPrefix() + "mail";
    }

    @BeforeEach
    void open() {
        server.removeKeys();
        scope = ToolkitScope.open(server.url());
        queue = scope.redis().queue(name, Email.class, QUICK_RETRIES);
    }

    @AfterEach
    void close() {
        scope.close();
    }

    static Flux<Email> emails(int count) {
        return Flux.range(0, count).map(i -> new Email("someone", i));
    }

    void expectStats(long waiting, long delayed, long inFlight, long dead) {
        List<Long> expected = List.of(waiting, delayed, inFlight, dead);
        // polled, because a consumer that was cancelled hands its jobs back a moment later
        StepVerifier.create(queue.stats()
                        .map(found -> List.of(found.waiting(), found.delayed(), found.inFlight(), found.dead()))
                        .flatMap(found -> found.equals(expected)
                                ? Mono.just(found)
                                : Mono.error(new AssertionError(found + " is not " + expected)))
                        .retryWhen(Retry.fixedDelay(400, Duration.ofMillis(20))))
                .expectNext(expected)
                .expectComplete()
                .verify(LIMIT);
    }

    /** Takes so many jobs, as a consumer does that dies at once. */
    void crash(String consumer, Duration lease, int count) {
        JobStore store = new JobStore(redis().commands(), name);
        Eventually.until("the consumer has taken " + count, () -> {
            JobFetch fetch = store.fetch(new JobStore.Wanted(consumer, lease, count, true, true, 1_000))
                    .block(LIMIT);
            return fetch != null && fetch.jobs().size() == count;
        });
    }

    String key(String part) {
        return "{" + name + "}:" + part;
    }

    RedisToolkit redis() {
        return scope.redis();
    }
}
