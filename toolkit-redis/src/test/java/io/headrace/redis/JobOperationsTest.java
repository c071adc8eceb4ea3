package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.RedisTest;
import io.headrace.test.TestRedis;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What people do to a queue that runs. */
@RedisTest
class JobOperationsTest extends JobQueueFixture {

    private static final ConsumeOptions ONE_ATTEMPT =
            ConsumeOptions.builder().maxAttempts(1).build();

    JobOperationsTest(TestRedis server) {
        super(server);
    }

    private void letDie(int count) {
        queue.enqueueAll(emails(count)).blockLast(LIMIT);
        StepVerifier.create(queue.consume(job -> Mono.error(new IllegalStateException("no")), ONE_ATTEMPT)
                        .take(count))
                .expectNextCount(count)
                .expectComplete()
                .verify(LIMIT);
        expectStats(0, 0, 0, count);
    }

    @Test
    void deadLettersAreListedPageByPageAndGoBackOneByOneOrAllTogether() {
        letDie(230);
        assertThat(queue.deadLetters().map(DeadLetter::id).distinct().count().block(LIMIT))
                .isEqualTo(230);
        DeadLetter<Email> first = queue.deadLetters().next().block(LIMIT);
        assertThat(first).isNotNull();
        assertThat(first.error()).contains("no");
        assertThat(first.payload()).isPresent();
        assertThat(queue.requeue(first).block(LIMIT)).isTrue();
        assertThat(queue.requeue(first).block(LIMIT)).isFalse();
        expectStats(1, 0, 0, 229);
        assertThat(queue.requeueDeadLetters().block(LIMIT)).isEqualTo(229);
        expectStats(230, 0, 0, 0);
        StepVerifier.create(queue.consume(job -> Mono.empty()).take(230))
                .thenConsumeWhile(outcome -> outcome.kind() == JobOutcome.Kind.DONE && outcome.attempt() == 1)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void aDeadLetterThatCannotBeReadIsListedWithoutItsPayload() {
        server.command("XADD", key("dead"), "*", "i", "7-7n", "a", "2", "e", "why", "p", "{broken");
        StepVerifier.create(queue.deadLetters())
                .assertNext(letter -> {
                    assertThat(letter.payload()).isEmpty();
                    assertThat(letter.id()).isEqualTo("7-7n");
                    assertThat(letter.attempt()).isEqualTo(2);
                })
                .verifyComplete();
    }

    @Test
    void purgeThrowsDeadLettersAwayAndNothingElse() {
        letDie(3);
        queue.enqueue(new Email("x", 9)).block(LIMIT);
        assertThat(queue.purgeDeadLetters().block(LIMIT)).isEqualTo(3);
        expectStats(1, 0, 0, 0);
    }

    @Test
    void aPausedQueueHandsOutNothingAndGoesOnAtOnceAfterwards() {
        AtomicInteger calls = new AtomicInteger();
        queue.pause().block(LIMIT);
        StepVerifier.create(queue.consume(job -> Mono.fromRunnable(calls::incrementAndGet)))
                .then(() -> queue.enqueueAll(emails(5)).blockLast(LIMIT))
                .expectNoEvent(Duration.ofMillis(400))
                .then(() -> assertThat(calls).hasValue(0))
                .then(() -> assertThat(
                                queue.stats().map(JobQueueSnapshot::paused).block(LIMIT))
                        .isTrue())
                .then(() -> queue.resume().block(LIMIT))
                .expectNextCount(5)
                .thenCancel()
                .verify(LIMIT);
    }

    @Test
    void closeLetsHandlersEndHandsBackTheOthersAndRefusesNewConsumers() {
        queue.enqueueAll(emails(4)).blockLast(LIMIT);
        AtomicInteger started = new AtomicInteger();
        Flux<JobOutcome<Email>> work =
                queue.consume(job -> (job.payload().number() < 2 ? Mono.delay(Duration.ofMillis(200)) : Mono.never())
                        .doOnSubscribe(s -> started.incrementAndGet()));
        StepVerifier.create(work)
                .then(() -> Eventually.until("all have started", () -> started.get() == 4))
                .then(() -> queue.close(Duration.ofMillis(1_500)).subscribe())
                .expectNextCount(2)
                .expectComplete()
                .verify(LIMIT);
        expectStats(2, 0, 0, 0);
        StepVerifier.create(work).expectError(RedisClosedException.class).verify(LIMIT);
    }

    @Test
    void statsTellTotalsAndTheOldestWait() {
        queue.enqueueAll(emails(10)).blockLast(LIMIT);
        StepVerifier.create(queue.consume(
                                job -> job.payload().number() == 0
                                        ? Mono.error(new IllegalStateException("no"))
                                        : Mono.empty(),
                                ONE_ATTEMPT)
                        .take(9))
                .expectNextCount(9)
                .expectComplete()
                .verify(LIMIT);
        expectStats(1, 0, 0, 1);
        Eventually.until(
                "the last job has waited",
                () -> queue.stats()
                                .map(JobQueueSnapshot::oldestWait)
                                .block(LIMIT)
                                .toMillis()
                        > 20);
        assertThat(queue.stats().map(JobQueueSnapshot::totals).block(LIMIT))
                .isEqualTo(new JobQueueSnapshot.Totals(10, 8, 1, 1));
    }

    @Test
    void ratesAreThoseOfTheLastMinute() {
        long tick = Long.parseLong(server.command("TIME").get(0)) / 10;
        for (long past = tick - 8; past <= tick; past++) {
            String slot = Long.toString(past % 7);
            server.command("HSET", key("meta"), "tick" + slot, Long.toString(past), "done" + slot, "60");
        }
        JobQueueSnapshot found = queue.stats().block(LIMIT);
        assertThat(found).isNotNull();
        // the current slot does not count; the test may straddle the border of one
        assertThat(found.donePerSecond()).isBetween(5.0, 6.0);
        assertThat(found.enqueuedPerSecond()).isZero();
    }
}
