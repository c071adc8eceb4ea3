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
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

@RedisTest
class JobQueueTest extends JobQueueFixture {

    JobQueueTest(TestRedis server) {
        super(server);
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
        assertThat(server.command("XRANGE", key("dead"), "-", "+")).contains(id, "{\"to\":\"x\",\"number\":1}");
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
        server.command("XADD", key("s1"), "*", "p", "{broken");
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
    void aKeyOfAnotherTypeEndsTheConsumer() {
        server.command("SET", key("s1"), "x");
        StepVerifier.create(queue.consume(job -> Mono.empty()))
                .expectError(RedisReplyException.class)
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
}
