package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.headrace.test.FaultProxy;
import io.headrace.test.RedisTest;
import io.headrace.test.TestRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Who holds a job, for how long, and what becomes of jobs that nobody gives back. */
@RedisTest
class JobDeliveryTest extends JobQueueFixture {

    private static final Duration NO_TIME = Duration.ofMillis(1);

    JobDeliveryTest(TestRedis server) {
        super(server);
    }

    private JobStore store() {
        return new JobStore(redis().commands(), name);
    }

    @CanIgnoreReturnValue
    private JobEntry take(String consumer, Duration lease) {
        return taken(consumer, lease, 1).get(0);
    }

    @Test
    void theResultOfALostLeaseIsRefusedAndTheNextHolderHasALargerNumber() {
        queue.enqueue(new Email("x", 1)).block(LIMIT);
        JobEntry first = take("slow", NO_TIME);
        JobEntry second = take("next", Duration.ofMinutes(1));
        assertThat(second.job()).isEqualTo(first.job());
        assertThat(second.fencing()).isGreaterThan(first.fencing());
        for (JobEnd late : new JobEnd[] {
            JobEnd.done(first),
            JobEnd.again(first, NO_TIME),
            JobEnd.dead(first, new IllegalStateException(), 10),
            JobEnd.handedBack(first)
        }) {
            assertThat(store().settle("slow", List.of(late)).block(LIMIT)).containsExactly(false);
        }
        assertThat(store().extend("slow", List.of(first)).block(LIMIT)).containsExactly(false);
        expectStats(0, 0, 1, 0);
        assertThat(store().settle("next", List.of(JobEnd.done(second), JobEnd.done(second)))
                        .block(LIMIT))
                .containsExactly(true, true);
        assertThat(store().settle("next", List.of(JobEnd.done(second))).block(LIMIT))
                .containsExactly(false);
        expectStats(0, 0, 0, 0);
    }

    @Test
    void ofManyResultsAtOnceExactlyThoseOfLostLeasesAreRefused() {
        queue.enqueueAll(emails(40)).blockLast(LIMIT);
        List<JobEntry> mine = new ArrayList<>(taken("slow", NO_TIME, 40));
        Set<String> lost = taken("next", Duration.ofMinutes(1), 9).stream()
                .map(JobEntry::entry)
                .collect(Collectors.toSet());
        Collections.reverse(mine);
        // the few at the end of a long list, among them both kinds
        for (List<JobEntry> some : List.of(mine.subList(20, 40), mine.subList(0, 20))) {
            List<Boolean> expected =
                    some.stream().map(job -> !lost.contains(job.entry())).toList();
            assertThat(store().extend("slow", some).block(LIMIT)).isEqualTo(expected);
            assertThat(store().settle("slow", some.stream().map(JobEnd::done).toList())
                            .block(LIMIT))
                    .isEqualTo(expected);
        }
        expectStats(0, 0, 9, 0);
    }

    private List<JobEntry> taken(String consumer, Duration lease, int count) {
        JobFetch fetch = store().fetch(new JobStore.Wanted(consumer, lease, count, true, true, 100))
                .filter(found -> found.jobs().size() == count)
                .repeatWhenEmpty(500, empty -> empty.delayElements(Duration.ofMillis(5)))
                .block(LIMIT);
        assertThat(fetch).isNotNull();
        return fetch.jobs();
    }

    @Test
    void aConsumerWithAShortLeaseDoesNotTakeAJobFromOneWithALongLease() {
        queue.enqueue(new Email("x", 1)).block(LIMIT);
        take("patient", Duration.ofMinutes(1));
        StepVerifier.create(queue.consume(
                        job -> Mono.empty(),
                        ConsumeOptions.builder()
                                .leaseTime(Duration.ofMillis(60))
                                .build()))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(700))
                .thenCancel()
                .verify(LIMIT);
        expectStats(0, 0, 1, 0);
    }

    @Test
    void aJobThatEveryConsumerLosesIsDeadWithoutBeingHandledAgain() {
        queue.enqueue(new Email("poison", 1)).block(LIMIT);
        for (int i = 0; i < 3; i++) {
            take("victim-" + i, NO_TIME);
        }
        AtomicInteger calls = new AtomicInteger();
        StepVerifier.create(queue.consume(
                        job -> Mono.fromRunnable(calls::incrementAndGet),
                        ConsumeOptions.builder()
                                .leaseTime(Duration.ofMillis(60))
                                .maxDeliveries(3)
                                .build()))
                .assertNext(outcome -> assertThat(outcome)
                        .isInstanceOfSatisfying(JobOutcome.Dead.class, dead -> assertThat(dead.error())
                                .isInstanceOf(JobLimitException.class)
                                .hasMessageContaining("3 consumers got it and lost it (limit 3)")))
                .thenCancel()
                .verify(LIMIT);
        assertThat(calls).hasValue(0);
        expectStats(0, 0, 0, 1);
    }

    @Test
    void jobsThatWereLostTwiceRunOneAtATimeInAConsumer() {
        queue.enqueueAll(emails(4)).blockLast(LIMIT);
        for (String victim : List.of("victim-0", "victim-1")) {
            crash(victim, Duration.ofMinutes(1), 4);
            server.command("HSET", key("leases"), victim, "1");
        }
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        StepVerifier.create(queue.consume(
                                job -> Mono.delay(Duration.ofMillis(30))
                                        .doOnSubscribe(s -> most.accumulateAndGet(running.incrementAndGet(), Math::max))
                                        .doOnTerminate(running::decrementAndGet),
                                ConsumeOptions.builder()
                                        .leaseTime(Duration.ofMillis(300))
                                        .build())
                        .take(4))
                .thenConsumeWhile(outcome -> outcome.kind() == JobOutcome.Kind.DONE)
                .expectComplete()
                .verify(LIMIT);
        assertThat(most).hasValue(1);
    }

    @Test
    void lostJobsFollowOneAnotherWhereThereIsRoomForFewAndDoNotWaitForTheNextLook() {
        queue.enqueueAll(emails(60)).blockLast(LIMIT);
        crash("crashed", NO_TIME, 60);
        // the next look would come after 5 s each time
        StepVerifier.create(queue.consume(
                                job -> Mono.empty(),
                                ConsumeOptions.builder()
                                        .concurrency(2)
                                        .leaseTime(Duration.ofMinutes(1))
                                        .build())
                        .take(60))
                .expectNextCount(60)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void suspectsFollowOneAnotherAndDoNotWaitForTheNextLook() {
        queue.enqueueAll(emails(20)).blockLast(LIMIT);
        crash("crashed", NO_TIME, 20);
        crash("crashed too", NO_TIME, 20);
        StepVerifier.create(queue.consume(
                                job -> Mono.delay(Duration.ofMillis(20)),
                                ConsumeOptions.builder()
                                        .concurrency(10)
                                        .leaseTime(Duration.ofMinutes(1))
                                        .build())
                        .take(20))
                .expectNextCount(20)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void aHandlerThatIsTooSlowIsCancelledAndTriedAgain() {
        queue.enqueue(new Email("x", 1)).block(LIMIT);
        AtomicInteger cancelled = new AtomicInteger();
        StepVerifier.create(queue.consume(
                        job -> job.attempt() == 1 ? Mono.never().doOnCancel(cancelled::incrementAndGet) : Mono.empty(),
                        ConsumeOptions.builder()
                                .timeLimit(Duration.ofMillis(100))
                                .build()))
                .assertNext(outcome -> assertThat(outcome)
                        .isInstanceOfSatisfying(JobOutcome.Retried.class, retried -> assertThat(retried.error())
                                .isInstanceOf(JobLimitException.class)
                                .hasMessageContaining("timeLimit")))
                .assertNext(outcome -> assertThat(outcome.kind()).isEqualTo(JobOutcome.Kind.DONE))
                .thenCancel()
                .verify(LIMIT);
        assertThat(cancelled).hasValue(1);
    }

    @Test
    void aHandlerThatExtendsItsTimeMayGoOn() {
        queue.enqueue(new Email("x", 1)).block(LIMIT);
        StepVerifier.create(queue.consume(
                        job -> job.extend(Duration.ofMinutes(1))
                                .then(Mono.delay(Duration.ofMillis(1_500)))
                                .doOnNext(t -> assertThat(job.timeLeft()).isPositive()),
                        ConsumeOptions.builder()
                                .timeLimit(Duration.ofMillis(1_000))
                                .build()))
                .assertNext(outcome -> assertThat(outcome.kind()).isEqualTo(JobOutcome.Kind.DONE))
                .thenCancel()
                .verify(LIMIT);
    }

    @Test
    void extendSaysThatTheLeaseIsLost() {
        queue.enqueue(new Email("x", 1)).block(LIMIT);
        ConcurrentLinkedQueue<Throwable> errors = new ConcurrentLinkedQueue<>();
        StepVerifier.create(queue.consume(job -> Mono.fromRunnable(this::steal)
                        .subscribeOn(Schedulers.boundedElastic())
                        .then(job.extend(Duration.ofMinutes(1)))
                        .doOnError(errors::add)))
                .assertNext(outcome -> assertThat(outcome.kind()).isEqualTo(JobOutcome.Kind.LOST))
                .thenCancel()
                .verify(LIMIT);
        assertThat(errors).allSatisfy(error -> assertThat(error).isInstanceOf(LeaseLostException.class));
    }

    private void steal() {
        String entry = server.command("XRANGE", key("s1"), "-", "+").get(0);
        server.command("XCLAIM", key("s1"), "workers", "thief", "0", entry);
    }

    @Test
    void aConsumerThatCannotReachRedisGivesItsJobsUpWhenTheirLeasesEnd() {
        queue.enqueue(new Email("x", 1)).block(LIMIT);
        AtomicReference<String> handler = new AtomicReference<>("new");
        try (FaultProxy proxy = FaultProxy.to(server.host(), server.port());
                ToolkitScope cut = ToolkitScope.open(server.urlThrough(proxy))) {
            Flux<JobOutcome<Email>> work = cut.redis()
                    .queue(name, Email.class)
                    .consume(
                            job -> Mono.never()
                                    .doOnSubscribe(s -> {
                                        handler.set("running");
                                        proxy.blackHole();
                                    })
                                    .doOnCancel(() -> handler.set("cancelled")),
                            ConsumeOptions.builder()
                                    .leaseTime(Duration.ofMillis(500))
                                    .build());
            StepVerifier.create(work)
                    .assertNext(outcome -> {
                        assertThat(outcome.kind()).isEqualTo(JobOutcome.Kind.LOST);
                        assertThat(handler).hasValue("cancelled");
                    })
                    .then(proxy::forward)
                    .thenCancel()
                    .verify(LIMIT);
        }
    }

    @Test
    void progressIsSeenUntilTheJobEnds() {
        String id = queue.enqueue(new Email("x", 1)).block(LIMIT);
        StepVerifier.create(queue.consume(job -> job.progress(3, 10)
                        .then(queue.progress(job.id()))
                        .doOnNext(seen -> assertThat(seen).isEqualTo(new JobProgress(3, 10)))))
                .assertNext(outcome -> assertThat(outcome.kind()).isEqualTo(JobOutcome.Kind.DONE))
                .thenCancel()
                .verify(LIMIT);
        StepVerifier.create(queue.progress(id)).verifyComplete();
    }
}
