package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.RedisTest;
import io.headrace.test.TestRedis;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.util.retry.Retry;

@RedisTest
class JobQueueLeaseTest extends JobQueueFixture {

    JobQueueLeaseTest(TestRedis server) {
        super(server);
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
        String id = queue.enqueue(new Email("x", 1)).block(LIMIT);
        crash("crashed", Duration.ofMillis(600), 1);
        StepVerifier.create(queue.consume(job -> Mono.empty(), SHORT_LEASES))
                .assertNext(outcome -> {
                    assertThat(outcome.kind()).isEqualTo(JobOutcome.Kind.DONE);
                    assertThat(outcome.id()).isEqualTo(id);
                    assertThat(outcome.attempt()).isEqualTo(1);
                    assertThat(((JobOutcome.Done<Email>) outcome).job().delivery())
                            .isEqualTo(2);
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
        String stream = key("s1");
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
    void consumersThatLeaveAreForgotten() {
        queue.enqueueAll(emails(3)).blockLast(LIMIT);
        StepVerifier.create(queue.consume(job -> Mono.empty()).take(3))
                .expectNextCount(3)
                .expectComplete()
                .verify(LIMIT);
        StepVerifier.create(Mono.fromCallable(() -> server.command("XINFO", "CONSUMERS", key("s1"), "workers"))
                        .filter(List::isEmpty)
                        .switchIfEmpty(Mono.error(() -> new AssertionError("still there")))
                        .retryWhen(Retry.fixedDelay(100, Duration.ofMillis(50)))
                        .subscribeOn(Schedulers.boundedElastic()))
                .expectNextCount(1)
                .expectComplete()
                .verify(LIMIT);
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
