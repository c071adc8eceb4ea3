package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.RedisTest;
import io.headrace.test.TestRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.util.retry.Retry;

@RedisTest
class JobQueueTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final JobQueueConfig QUICK_RETRIES = JobQueueConfig.builder()
            .retryDelay(Duration.ofMillis(20), Duration.ofMillis(100))
            .build();
    private static final ConsumeOptions SHORT_LEASES =
            ConsumeOptions.builder().leaseTime(Duration.ofMillis(600)).build();

    record Email(String to, int number) {}

    private final TestRedis server;
    private final String name;
    private ToolkitScope scope;
    private JobQueue<Email> queue;

    JobQueueTest(TestRedis server) {
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

    private static Flux<Email> emails(int count) {
        return Flux.range(0, count).map(i -> new Email("someone", i));
    }

    private void expectStats(long waiting, long delayed, long inFlight, long dead) {
        JobQueueSnapshot expected = new JobQueueSnapshot(waiting, delayed, inFlight, dead);
        // polled, because a consumer that was cancelled hands its jobs back a moment later
        StepVerifier.create(queue.stats()
                        .filter(expected::equals)
                        .switchIfEmpty(Mono.error(() -> new AssertionError("not " + expected)))
                        .retryWhen(Retry.fixedDelay(200, Duration.ofMillis(20))))
                .expectNext(expected)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void threeConsumersHandleEachJobOnce() {
        int jobs = 600;
        Set<Integer> handled = ConcurrentHashMap.newKeySet();
        AtomicInteger calls = new AtomicInteger();
        StepVerifier.create(queue.enqueueAll(emails(jobs)).collectList())
                .assertNext(ids -> assertThat(ids).hasSize(jobs).doesNotHaveDuplicates())
                .verifyComplete();
        expectStats(jobs, 0, 0, 0);
        Flux<JobOutcome<Email>> work = queue.consume(job -> {
            handled.add(job.payload().number());
            return Mono.delay(Duration.ofMillis(1)).doOnNext(t -> calls.incrementAndGet());
        });
        StepVerifier.create(Flux.merge(work, work, work).take(jobs))
                .thenConsumeWhile(outcome -> outcome.kind() == JobOutcome.Kind.DONE)
                .expectComplete()
                .verify(LIMIT);
        assertThat(handled).hasSize(jobs);
        assertThat(calls).hasValue(jobs);
        expectStats(0, 0, 0, 0);
    }

    @Test
    void aFailingJobIsRetriedWithItsIdAndThenDead() {
        String id = queue.enqueue(new Email("x", 1)).block(LIMIT);
        List<Integer> attempts = new ArrayList<>();
        Flux<JobOutcome<Email>> work = queue.consume(
                job -> {
                    attempts.add(job.attempt());
                    return Mono.error(new IllegalStateException("no such address"));
                },
                ConsumeOptions.builder().maxAttempts(3).build());
        StepVerifier.create(work)
                .assertNext(outcome -> assertThat(outcome).isInstanceOf(JobOutcome.Retried.class))
                .assertNext(outcome -> assertThat(outcome.attempt()).isEqualTo(2))
                .assertNext(outcome -> {
                    assertThat(outcome.id()).isEqualTo(id);
                    assertThat(outcome).isInstanceOfSatisfying(JobOutcome.Dead.class, dead -> {
                        assertThat(dead.attempt()).isEqualTo(3);
                        assertThat(dead.error()).hasMessage("no such address");
                    });
                })
                .thenCancel()
                .verify(LIMIT);
        assertThat(attempts).containsExactly(1, 2, 3);
        expectStats(0, 0, 0, 1);
        assertThat(server.command("XRANGE", "{" + name + "}:dead", "-", "+"))
                .contains(id, "{\"to\":\"x\",\"number\":1}");
    }

    @Test
    void aJobThatFailsOnceIsDoneInTheEnd() {
        queue.enqueue(new Email("x", 1)).block(LIMIT);
        StepVerifier.create(queue.consume(job ->
                                job.attempt() == 1 ? Mono.error(new IllegalStateException("busy")) : Mono.empty())
                        .map(JobOutcome::kind))
                .expectNext(JobOutcome.Kind.RETRIED, JobOutcome.Kind.DONE)
                .thenCancel()
                .verify(LIMIT);
        expectStats(0, 0, 0, 0);
    }

    @Test
    void aPayloadThatCannotBeReadIsDeadAtOnce() {
        server.command("XADD", "{" + name + "}:jobs", "*", "p", "{broken");
        StepVerifier.create(queue.consume(job -> Mono.empty()))
                .assertNext(outcome -> assertThat(outcome).isInstanceOfSatisfying(JobOutcome.Dead.class, dead -> {
                    assertThat(dead.error()).isInstanceOf(RedisCodecException.class);
                    assertThat(dead.job()).isEmpty();
                }))
                .thenCancel()
                .verify(LIMIT);
    }

    @Test
    void nothingIsFetchedWithoutDemandAndNoMoreThanIsRequested() {
        queue.enqueueAll(emails(10)).blockLast(LIMIT);
        AtomicInteger calls = new AtomicInteger();
        StepVerifier.create(queue.consume(job -> Mono.fromRunnable(calls::incrementAndGet)), 0)
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(400))
                .then(() -> assertThat(calls).hasValue(0))
                .then(() -> expectStats(10, 0, 0, 0))
                .thenRequest(3)
                .expectNextCount(3)
                .expectNoEvent(Duration.ofMillis(400))
                .then(() -> assertThat(calls).hasValue(3))
                .then(() -> expectStats(7, 0, 0, 0))
                .thenCancel()
                .verify(LIMIT);
    }

    @Test
    void noMoreHandlersRunThanTheConcurrencyAllows() {
        queue.enqueueAll(emails(100)).blockLast(LIMIT);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Flux<JobOutcome<Email>> work = queue.consume(
                job -> Mono.delay(Duration.ofMillis(5))
                        .doOnSubscribe(s -> most.accumulateAndGet(running.incrementAndGet(), Math::max))
                        .doOnTerminate(running::decrementAndGet),
                ConsumeOptions.builder().concurrency(4).build());
        StepVerifier.create(work.take(100))
                .expectNextCount(100)
                .expectComplete()
                .verify(LIMIT);
        assertThat(most).hasValueBetween(2, 4);
    }

    @Test
    void aCancelHandsRunningJobsBackAtOnce() {
        queue.enqueueAll(emails(5)).blockLast(LIMIT);
        AtomicInteger started = new AtomicInteger();
        AtomicInteger cancelled = new AtomicInteger();
        Flux<JobOutcome<Email>> stuck = queue.consume(job ->
                Mono.never().doOnSubscribe(s -> started.incrementAndGet()).doOnCancel(cancelled::incrementAndGet));
        var subscription = stuck.subscribe();
        expectStats(0, 0, 5, 0);
        subscription.dispose();
        expectStats(5, 0, 0, 0);
        assertThat(cancelled).hasValue(started.get());
        StepVerifier.create(queue.consume(job -> Mono.empty()).take(5))
                .thenConsumeWhile(outcome -> outcome.attempt() == 1)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void aLeaseIsTakenOverAfterItsConsumerDisappears() {
        server.command("XGROUP", "CREATE", "{" + name + "}:jobs", "workers", "0", "MKSTREAM");
        String id = queue.enqueue(new Email("x", 1)).block(LIMIT);
        server.command("XREADGROUP", "GROUP", "workers", "crashed", "STREAMS", "{" + name + "}:jobs", ">");
        StepVerifier.create(queue.consume(job -> Mono.empty(), SHORT_LEASES))
                .assertNext(outcome -> {
                    assertThat(outcome.kind()).isEqualTo(JobOutcome.Kind.DONE);
                    assertThat(outcome.id()).isEqualTo(id);
                    assertThat(outcome.attempt()).isEqualTo(2);
                })
                .thenCancel()
                .verify(LIMIT);
        expectStats(0, 0, 0, 0);
    }

    @Test
    void heartbeatsKeepALeaseThatIsShorterThanTheWork() {
        queue.enqueue(new Email("x", 1)).block(LIMIT);
        AtomicInteger calls = new AtomicInteger();
        Flux<JobOutcome<Email>> work = queue.consume(
                job -> Mono.delay(Duration.ofMillis(2_000)).doOnSubscribe(s -> calls.incrementAndGet()), SHORT_LEASES);
        StepVerifier.create(Flux.merge(work, work).next())
                .assertNext(outcome -> assertThat(outcome.kind()).isEqualTo(JobOutcome.Kind.DONE))
                .expectComplete()
                .verify(LIMIT);
        assertThat(calls).hasValue(1);
    }

    @Test
    void aLostLeaseCancelsTheHandler() {
        queue.enqueue(new Email("x", 1)).block(LIMIT);
        AtomicInteger cancelled = new AtomicInteger();
        StepVerifier.create(queue.consume(
                        job -> Mono.fromRunnable(this::steal)
                                .subscribeOn(Schedulers.boundedElastic())
                                .then(Mono.never())
                                .doOnCancel(cancelled::incrementAndGet),
                        SHORT_LEASES))
                .assertNext(outcome -> assertThat(outcome.kind()).isEqualTo(JobOutcome.Kind.LOST))
                .thenCancel()
                .verify(LIMIT);
        assertThat(cancelled).hasValue(1);
    }

    private void steal() {
        String stream = "{" + name + "}:jobs";
        String entry = server.command("XRANGE", stream, "-", "+").get(0);
        server.command("XCLAIM", stream, "workers", "thief", "0", entry);
    }

    @Test
    void aDeletedQueueIsMadeAgain() {
        StepVerifier.create(queue.consume(job -> Mono.empty(), SHORT_LEASES))
                .then(() -> queue.enqueue(new Email("x", 1)).block(LIMIT))
                .expectNextCount(1)
                .then(server::removeKeys)
                .then(() -> queue.enqueue(new Email("x", 2)).block(LIMIT))
                .expectNextCount(1)
                .thenCancel()
                .verify(LIMIT);
    }

    @Test
    void aKeyOfAnotherTypeEndsTheConsumer() {
        server.command("SET", "{" + name + "}:jobs", "x");
        StepVerifier.create(queue.consume(job -> Mono.empty()))
                .expectError(RedisReplyException.class)
                .verify(LIMIT);
    }

    @Test
    void consumersThatLeaveAreForgotten() {
        queue.enqueueAll(emails(3)).blockLast(LIMIT);
        StepVerifier.create(queue.consume(job -> Mono.empty()).take(3))
                .expectNextCount(3)
                .expectComplete()
                .verify(LIMIT);
        StepVerifier.create(
                        Mono.fromCallable(() -> server.command("XINFO", "CONSUMERS", "{" + name + "}:jobs", "workers"))
                                .filter(List::isEmpty)
                                .switchIfEmpty(Mono.error(() -> new AssertionError("still there")))
                                .retryWhen(Retry.fixedDelay(100, Duration.ofMillis(50)))
                                .subscribeOn(Schedulers.boundedElastic()))
                .expectNextCount(1)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void closeLetsARunningHandlerEndAndThenCompletesTheFlux() {
        queue.enqueueAll(emails(20)).blockLast(LIMIT);
        RedisToolkit other = RedisToolkit.open(server.url());
        AtomicInteger started = new AtomicInteger();
        Flux<JobOutcome<Email>> work = other.queue(name, Email.class)
                .consume(
                        job -> Mono.delay(Duration.ofMillis(300)).doOnSubscribe(s -> started.incrementAndGet()),
                        ConsumeOptions.builder().concurrency(5).build());
        StepVerifier.create(work.map(JobOutcome::kind))
                .expectNextCount(1)
                .then(() -> other.close().subscribe())
                .thenConsumeWhile(kind -> kind == JobOutcome.Kind.DONE)
                .expectComplete()
                .verify(LIMIT);
        expectStats(20 - started.get(), 0, 0, 0);
        StepVerifier.create(work).expectError(RedisClosedException.class).verify(LIMIT);
    }

    @Test
    void consumingGoesOnAfterTheConnectionsAreKilled() {
        queue.enqueueAll(emails(200)).blockLast(LIMIT);
        Set<Integer> handled = ConcurrentHashMap.newKeySet();
        Flux<JobOutcome<Email>> work = queue.consume(
                job -> Mono.delay(Duration.ofMillis(10))
                        .doOnNext(t -> handled.add(job.payload().number())),
                SHORT_LEASES);
        StepVerifier.create(work.takeUntil(outcome -> handled.size() == 200).then())
                .then(() -> server.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"))
                .expectComplete()
                .verify(LIMIT);
    }
}
