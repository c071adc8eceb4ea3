package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.test.RedisTest;
import io.headrace.test.TestRedis;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

@RedisTest
class JobEnqueueTest extends JobQueueFixture {

    JobEnqueueTest(TestRedis server) {
        super(server);
    }

    private List<Integer> handled(int count, ConsumeOptions options) {
        List<Integer> numbers = Collections.synchronizedList(new ArrayList<>());
        StepVerifier.create(queue.consume(
                                job -> Mono.fromRunnable(
                                        () -> numbers.add(job.payload().number())),
                                options)
                        .take(count))
                .expectNextCount(count)
                .expectComplete()
                .verify(LIMIT);
        return numbers;
    }

    private static ConsumeOptions oneAtATime() {
        return ConsumeOptions.builder().concurrency(1).build();
    }

    @Test
    void urgentJobsComeFirstAndOrderHoldsWithinAPriority() {
        JobPriority[] priorities = {JobPriority.LOW, JobPriority.NORMAL, JobPriority.HIGH};
        List<EnqueueOptions> options = List.of(
                EnqueueOptions.builder().priority(priorities[0]).build(),
                EnqueueOptions.builder().priority(priorities[1]).build(),
                EnqueueOptions.builder().priority(priorities[2]).build());
        StepVerifier.create(queue.enqueueAll(emails(9), email -> options.get(email.number() % 3)))
                .expectNextCount(9)
                .verifyComplete();
        assertThat(handled(9, oneAtATime())).containsExactly(2, 5, 8, 1, 4, 7, 0, 3, 6);
    }

    @Test
    void aDelayedJobStartsWhenItIsDueAndWakesAnIdleConsumer() {
        AtomicReference<Instant> started = new AtomicReference<>();
        Instant before = Instant.now();
        StepVerifier.create(queue.consume(job -> Mono.fromRunnable(() -> started.set(Instant.now()))))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(100))
                .then(() -> queue.enqueue(
                                new Email("x", 1),
                                EnqueueOptions.builder()
                                        .delay(Duration.ofMillis(300))
                                        .build())
                        .block(LIMIT))
                .then(() -> expectDelayedOrDone())
                .expectNextCount(1)
                .thenCancel()
                .verify(LIMIT);
        assertThat(started.get()).isAfterOrEqualTo(before.plusMillis(350));
        expectStats(0, 0, 0, 0);
    }

    private void expectDelayedOrDone() {
        JobQueueSnapshot found = queue.stats().block(LIMIT);
        assertThat(found).isNotNull();
        assertThat(found.waiting()).isZero();
    }

    @Test
    void aJobThatIsDueInThePastStartsAtOnceAndOneInTheFutureWaits() {
        queue.enqueue(
                        new Email("x", 1),
                        EnqueueOptions.builder().dueAt(Instant.EPOCH).build())
                .block(LIMIT);
        queue.enqueue(
                        new Email("x", 2),
                        EnqueueOptions.builder()
                                .dueAt(Instant.now().plusSeconds(3_600))
                                .build())
                .block(LIMIT);
        expectStats(1, 1, 0, 0);
        assertThat(handled(1, oneAtATime())).containsExactly(1);
    }

    @Test
    void aUniqueKeyAddsOneJobWithinItsPeriodAndGivesEveryoneItsId() {
        EnqueueOptions once = EnqueueOptions.builder()
                .unique("welcome-7", Duration.ofMinutes(1))
                .build();
        List<String> ids =
                queue.enqueueAll(emails(40), email -> once).collectList().block(LIMIT);
        assertThat(ids).hasSize(40);
        assertThat(Collections.frequency(ids, ids.get(0))).isEqualTo(40);
        expectStats(1, 0, 0, 0);
        assertThat(handled(1, oneAtATime())).containsExactly(0);
        assertThat(queue.enqueue(new Email("x", 1), once).block(LIMIT)).isEqualTo(ids.get(0));
        expectStats(0, 0, 0, 0);
        server.command("DEL", key("u:welcome-7"));
        assertThat(queue.enqueue(new Email("x", 1), once).block(LIMIT)).isNotEqualTo(ids.get(0));
    }

    @Test
    void headersAndLimitsOfTheJobTravelWithEveryAttempt() {
        String id = queue.enqueue(
                        new Email("x", 1),
                        EnqueueOptions.builder()
                                .header("trace", "äöü-1")
                                .maxAttempts(2)
                                .delay(Duration.ofMillis(1))
                                .priority(JobPriority.HIGH)
                                .build())
                .block(LIMIT);
        StepVerifier.create(queue.consume(job -> {
                    assertThat(job.headers()).containsEntry("trace", "äöü-1");
                    assertThat(job.id()).isEqualTo(id);
                    return Mono.error(new IllegalStateException("no"));
                }))
                .assertNext(outcome -> assertThat(outcome.kind()).isEqualTo(JobOutcome.Kind.RETRIED))
                .assertNext(outcome -> assertThat(outcome.kind()).isEqualTo(JobOutcome.Kind.DEAD))
                .thenCancel()
                .verify(LIMIT);
        DeadLetter<Email> letter = queue.deadLetters().blockLast(LIMIT);
        assertThat(letter).isNotNull();
        assertThat(letter.priority()).isEqualTo(JobPriority.HIGH);
        assertThat(letter.headers()).containsEntry("trace", "äöü-1");
        assertThat(letter.error()).contains("no");
    }

    @Test
    void manyJobsOfTwoSourcesKeepTheirOrderAndTheirIds() {
        Mono<List<String>> half = queue.enqueueAll(emails(3_000)).collectList();
        List<List<String>> ids = Flux.merge(half, half).collectList().block(LIMIT);
        assertThat(ids).hasSize(2);
        assertThat(Flux.fromIterable(ids)
                        .flatMapIterable(all -> all)
                        .distinct()
                        .count()
                        .block(LIMIT))
                .isEqualTo(6_000);
        expectStats(6_000, 0, 0, 0);
    }

    @Test
    void whatCannotBeEnqueuedIsRefusedBeforeItIsSent() {
        JobQueue<String> small = redis().queue(
                        name,
                        String.class,
                        JobQueueConfig.builder().maxPayloadBytes(10).build());
        StepVerifier.create(small.enqueue("12345678901"))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(RedisInputException.class)
                        .hasMessageContaining("11 bytes (limit 10)"))
                .verify(LIMIT);
        assertThatThrownBy(() ->
                        EnqueueOptions.builder().header("x", "y".repeat(9_000)).build())
                .hasMessageContaining("8192");
        assertThatThrownBy(() -> EnqueueOptions.builder().delay(Duration.ZERO).build())
                .hasMessageContaining("delay");
        assertThat(server.keys()).isEmpty();
    }

    @Test
    void tooManyWaitingJobsAreRefusedAndASourceIsHeldBackInstead() {
        JobQueue<String> narrow = redis().queue(
                        name,
                        String.class,
                        JobQueueConfig.builder().maxWaitingJobs(8).build());
        List<Mono<String>> calls = Collections.nCopies(2_000, narrow.enqueue("x"));
        long refused = Flux.fromIterable(calls)
                .flatMap(
                        call -> call.map(id -> 0L).onErrorResume(RedisQueueFullException.class, e -> Mono.just(1L)),
                        2_000)
                .reduce(0L, Long::sum)
                .block(LIMIT);
        expectStats(2_000 - refused, 0, 0, 0);
        assertThat(refused).isPositive();
        StepVerifier.create(narrow.enqueueAll(Flux.range(0, 500).map(i -> "job " + i)))
                .expectNextCount(500)
                .verifyComplete();
    }

    @Test
    void consumersAreWokenOnlyWhenTheFirstDueTimeMovesForward() {
        List<String> woken = new ArrayList<>();
        for (int minutes : new int[] {10, 20, 5}) {
            queue.enqueue(
                            new Email("x", minutes),
                            EnqueueOptions.builder()
                                    .delay(Duration.ofMinutes(minutes))
                                    .build())
                    .block(LIMIT);
            woken.add(server.command("XREVRANGE", key("wake"), "+", "-").get(0));
        }
        assertThat(woken.get(1)).isEqualTo(woken.get(0));
        assertThat(woken.get(2)).isNotEqualTo(woken.get(1));
        expectStats(0, 3, 0, 0);
    }
}
