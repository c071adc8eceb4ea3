package io.headrace.core.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class ScopeTest {

    private final List<String> ended = new CopyOnWriteArrayList<>();

    private final ScopeEnds<String> ends = new ScopeEnds<>() {
        @Override
        public Publisher<?> onComplete(String resource) {
            return Mono.fromRunnable(() -> ended.add("complete"));
        }

        @Override
        public Publisher<?> onError(String resource, Throwable error) {
            return Mono.fromRunnable(() -> ended.add("error"));
        }

        @Override
        public Publisher<?> onCancel(String resource) {
            return Mono.fromRunnable(() -> ended.add("cancel"));
        }
    };

    @Test
    void completionRunsItsEndBeforeItIsPassedOn() {
        StepVerifier.create(Scope.flux(Mono.just("r"), resource -> Flux.just(1, 2), ends)
                        .doOnComplete(() -> ended.add("downstream")))
                .expectNext(1, 2)
                .verifyComplete();

        assertThat(ended).containsExactly("complete", "downstream");
    }

    @Test
    void anErrorRunsItsEndBeforeItIsPassedOn() {
        StepVerifier.create(Scope.flux(Mono.just("r"), resource -> Flux.error(new IllegalStateException("body")), ends))
                .verifyErrorMessage("body");

        assertThat(ended).containsExactly("error");
    }

    @Test
    void aBodyThatThrowsIsAnError() {
        StepVerifier.create(Scope.<String, Integer>flux(
                        Mono.just("r"),
                        resource -> {
                            throw new IllegalStateException("function");
                        },
                        ends))
                .verifyErrorMessage("function");

        assertThat(ended).containsExactly("error");
    }

    @Test
    void aFailingEndIsTheErrorOfACompletedBody() {
        StepVerifier.create(Scope.flux(
                        Mono.just("r"),
                        resource -> Flux.just(1),
                        ScopeEnds.always(resource -> Mono.error(new IllegalStateException("end")))))
                .expectNext(1)
                .verifyErrorMessage("end");
    }

    @Test
    void aFailingEndIsSuppressedInTheErrorOfTheBody() {
        StepVerifier.create(Scope.flux(
                        Mono.just("r"),
                        resource -> Flux.error(new IllegalStateException("body")),
                        ScopeEnds.always(resource -> Mono.error(new IllegalStateException("end")))))
                .verifyErrorSatisfies(error ->
                        assertThat(error).hasMessage("body").hasSuppressedException(new IllegalStateException("end")));
    }

    @Test
    void aSingleValueComesAfterTheEnd() {
        StepVerifier.create(Scope.mono(Mono.just("r"), resource -> Mono.just(1), ends)
                        .doOnNext(value -> ended.add("value")))
                .expectNext(1)
                .verifyComplete();

        assertThat(ended).containsExactly("complete", "value");
    }

    @Test
    void aSingleValueIsLostWhereTheEndFails() {
        StepVerifier.create(Scope.mono(
                        Mono.just("r"),
                        resource -> Mono.just(1),
                        ScopeEnds.always(resource -> Mono.error(new IllegalStateException("end")))))
                .verifyErrorMessage("end");
    }

    @Test
    void aCancelWhileAcquiringCancelsTheAcquisition() {
        TestPublisher<String> acquire = TestPublisher.create();

        Scope.flux(acquire, resource -> Flux.never(), ends).subscribe().dispose();

        acquire.assertCancelled();
        assertThat(ended).isEmpty();
    }

    @Test
    void aResourceThatComesTooLateIsStillGivenBack() {
        TestPublisher<String> acquire = TestPublisher.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);
        Disposable subscription =
                Scope.flux(acquire, resource -> Flux.never(), ends).subscribe();

        subscription.dispose();
        acquire.next("late");

        assertThat(ended).containsExactly("cancel");
    }

    @Test
    void aCancelOfTheBodyCancelsItAndRunsTheEnd() {
        TestPublisher<Integer> body = TestPublisher.create();
        Disposable subscription =
                Scope.flux(Mono.just("r"), resource -> body, ends).subscribe();

        subscription.dispose();

        body.assertCancelled();
        assertThat(ended).containsExactly("cancel");
    }

    @Test
    void anEndThatHasBegunIsNotCancelled() {
        Sinks.Empty<Void> commit = Sinks.empty();
        AtomicInteger committed = new AtomicInteger();
        Disposable subscription = Scope.flux(
                        Mono.just("r"), resource -> Flux.just(1), ScopeEnds.<String>always(resource -> commit.asMono()
                                .doOnTerminate(committed::incrementAndGet)))
                .subscribe();

        subscription.dispose();
        commit.tryEmitEmpty();

        assertThat(committed).hasValue(1);
    }

    @Test
    void demandReachesTheBody() {
        TestPublisher<Integer> body = TestPublisher.create();

        StepVerifier.create(Scope.flux(Mono.just("r"), resource -> body, ends), 0)
                .thenRequest(3)
                .then(() -> body.assertMinRequested(3).assertMaxRequested(3))
                .then(body::complete)
                .verifyComplete();
    }

    @Test
    void exactlyOneEndRunsWhereCompletionRacesWithCancel() throws InterruptedException {
        for (int i = 0; i < 5_000; i++) {
            ended.clear();
            Sinks.Empty<Integer> body = Sinks.empty();
            Disposable subscription =
                    Scope.flux(Mono.just("r"), resource -> body.asMono(), ends).subscribe();
            race(subscription::dispose, body::tryEmitEmpty);

            assertThat(ended).hasSize(1);
        }
    }

    @Test
    void everyResourceIsGivenBackOnceWhereItsArrivalRacesWithCancel() throws InterruptedException {
        for (int i = 0; i < 5_000; i++) {
            ended.clear();
            AtomicInteger acquired = new AtomicInteger();
            Sinks.One<String> acquire = Sinks.one();
            Disposable subscription = Scope.flux(
                            acquire.asMono().doOnNext(resource -> acquired.incrementAndGet()),
                            resource -> Flux.never(),
                            ends)
                    .subscribe();
            race(subscription::dispose, () -> acquire.tryEmitValue("r"));

            assertThat(ended).hasSize(acquired.get());
        }
    }

    private static void race(Runnable one, Runnable other) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(2);
        for (Runnable each : List.of(one, other)) {
            Schedulers.parallel().schedule(() -> {
                each.run();
                done.countDown();
            });
        }
        assertThat(done.await(Duration.ofSeconds(5).toMillis(), TimeUnit.MILLISECONDS))
                .isTrue();
    }

    @Test
    void anInterruptionWhileTheResourceIsAwaitedIsTheErrorAndALateResourceIsGivenBack() {
        Sinks.One<Throwable> interruption = Sinks.one();
        TestPublisher<String> resource = TestPublisher.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);

        StepVerifier.create(Scope.flux(resource, name -> Flux.just(1), ends, interruption.asMono()))
                .then(() -> interruption.tryEmitValue(new IllegalStateException("too late")))
                .verifyErrorMessage("too late");
        resource.assertCancelled();
        resource.next("r");

        assertThat(ended).containsExactly("cancel");
    }

    @Test
    void anInterruptionOfTheBodyCancelsItAndRunsTheEndOfAnErrorFirst() {
        Sinks.One<Throwable> interruption = Sinks.one();
        TestPublisher<Integer> body = TestPublisher.create();

        StepVerifier.create(Scope.flux(Mono.just("r"), resource -> body.flux(), ends, interruption.asMono())
                        .doOnError(error -> ended.add("downstream")))
                .then(() -> body.next(1))
                .expectNext(1)
                .then(() -> interruption.tryEmitValue(new IllegalStateException("too late")))
                .verifyErrorMessage("too late");

        body.assertCancelled();
        assertThat(ended).containsExactly("error", "downstream");
    }

    @Test
    void anEndThatHasBegunIsNotInterruptedAndTheInterruptionIsLetGo() {
        Sinks.One<Throwable> interruption = Sinks.one();
        Sinks.Empty<Void> end = Sinks.empty();

        StepVerifier.create(Scope.mono(
                        Mono.just("r"),
                        resource -> Mono.just(1),
                        ScopeEnds.always(resource -> end.asMono()),
                        interruption.asMono()))
                .then(() -> assertThat(interruption.currentSubscriberCount()).isZero())
                .then(() -> interruption.tryEmitValue(new IllegalStateException("too late")))
                .then(end::tryEmitEmpty)
                .expectNext(1)
                .verifyComplete();
    }

    @Test
    void aCancelLetsTheInterruptionGo() {
        Sinks.One<Throwable> interruption = Sinks.one();

        Disposable running = Scope.flux(Mono.just("r"), resource -> Flux.never(), ends, interruption.asMono())
                .subscribe();
        assertThat(interruption.currentSubscriberCount()).isEqualTo(1);
        running.dispose();

        assertThat(interruption.currentSubscriberCount()).isZero();
        assertThat(ended).containsExactly("cancel");
    }
}
