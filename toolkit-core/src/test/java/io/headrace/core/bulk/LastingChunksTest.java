package io.headrace.core.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class LastingChunksTest {

    private final TestPublisher<String> source = TestPublisher.create();
    private final List<String> begun = new ArrayList<>();
    private final List<String> cancelled = new ArrayList<>();
    private final Sinks.One<Integer> first = Sinks.one();

    private final Flux<Integer> sent = LastingChunks.send(LastingChunks.of(source.flux()), this::send);

    private Mono<Integer> send(String chunk) {
        begun.add(chunk);
        return first.asMono().doOnCancel(() -> cancelled.add(chunk));
    }

    @Test
    void anErrorOfTheSourceWaitsForTheChunkUnderWay() {
        StepVerifier.create(sent)
                .then(() -> source.next("a").error(new IllegalStateException("source")))
                .then(() -> first.tryEmitValue(7))
                .expectNext(7)
                .verifyErrorMessage("source");
        assertThat(cancelled).isEmpty();
    }

    @Test
    void anErrorOfAChunkEndsAllAtOnce() {
        StepVerifier.create(sent)
                .then(() -> source.next("a").error(new IllegalStateException("source")))
                .then(() -> first.tryEmitError(new IllegalStateException("chunk")))
                .verifyErrorMessage("chunk");
        assertThat(begun).containsExactly("a");
    }

    @Test
    void aCancelReachesTheChunkUnderWayAndTheSource() {
        StepVerifier.create(sent).then(() -> source.next("a")).thenCancel().verify();

        assertThat(cancelled).containsExactly("a");
        source.assertWasCancelled();
    }

    @Test
    void theEndOfTheSourceIsTheEnd() {
        StepVerifier.create(sent)
                .then(() -> source.next("a").complete())
                .then(() -> first.tryEmitValue(7))
                .expectNext(7)
                .verifyComplete();
    }
}
