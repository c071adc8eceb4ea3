package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.test.RedisServer;
import io.headrace.test.RedisTest;
import io.headrace.test.TestRedis;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

@RedisTest
class RedisToolkitCloseTest {

    private final TestRedis server;
    private final String namespace;

    RedisToolkitCloseTest(TestRedis server) {
        this.server = server;
        this.namespace = server.keyPrefix() + "close";
    }

    @Test
    void workInFlightEndsBeforeTheConnectionCloses() {
        RedisToolkit redis = RedisToolkit.open(server.url());
        KeyValueStore<Integer> store = redis.keyValues(namespace, Integer.class);
        Mono<List<Boolean>> work = Flux.range(0, 5_000)
                .flatMap(i -> store.setIfAbsent("k" + i, i), 5_000)
                .collectList();
        StepVerifier.create(Mono.zip(work, redis.close().thenReturn(1)))
                .assertNext(both -> assertThat(both.getT1()).hasSize(5_000).doesNotContain(false))
                .expectComplete()
                .verify(Duration.ofSeconds(10));
    }

    @Test
    void closeIsIdempotentAndLaterCommandsAreRefused() {
        RedisToolkit redis = RedisToolkit.open(server.url());
        KeyValueStore<Integer> store = redis.keyValues(namespace, Integer.class);
        StepVerifier.create(store.set("a", 1)).verifyComplete();
        Mono<Void> close = redis.close();
        StepVerifier.create(Mono.when(close, close, redis.close()))
                .expectComplete()
                .verify(Duration.ofSeconds(5));
        StepVerifier.create(close).expectComplete().verify(Duration.ofSeconds(5));
        StepVerifier.create(store.get("a")).verifyErrorSatisfies(error -> assertThat(error)
                .isInstanceOf(RedisClosedException.class)
                .hasMessageContaining(namespace + ":a"));
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().contains("eventloop"))
                .allMatch(Thread::isDaemon);
    }

    @Test
    void aToolkitThatNeverConnectedCloses() {
        StepVerifier.create(RedisToolkit.open("redis://localhost:1").close())
                .expectComplete()
                .verify(Duration.ofSeconds(5));
    }

    @Test
    void closeIsBoundedWhenTheServerDoesNotAnswer() {
        RedisConfig config =
                RedisConfig.builder().closeTimeout(Duration.ofMillis(300)).build();
        try (RedisServer own = RedisServer.start()) {
            RedisToolkit redis = RedisToolkit.open(own.url(), config);
            KeyValueStore<String> store = redis.keyValues("a", String.class);
            StepVerifier.create(store.set("a", "1")).verifyComplete();
            own.createKeyspace("x").command("CLIENT", "PAUSE", "3000", "ALL");
            Mono<String> read = store.get("a")
                    .onErrorResume(
                            RedisException.class, e -> Mono.just(e.getClass().getSimpleName()));
            StepVerifier.create(read.zipWith(redis.close().thenReturn(1)).map(both -> both.getT1()))
                    .expectNext("RedisOutcomeUnknownException")
                    .expectComplete()
                    .verify(Duration.ofSeconds(2));
        }
    }

    @Test
    void badUrlsAreRefusedWithoutShowingThePassword() {
        for (String url : List.of(
                "localhost:6379",
                "http://localhost",
                "redis://",
                "redis://user:secret@",
                "redis://:secret@host:99999",
                "redis://:secret@host/zero",
                "redis://:se cret@host",
                "redis://secret@host",
                "redis://:secret@host/0?db=1")) {
            assertThatThrownBy(() -> RedisToolkit.open(url))
                    .as(url)
                    .isInstanceOf(RedisInputException.class)
                    .hasMessageContaining("redis://[[user]:password@]host[:port][/database]")
                    .message()
                    .doesNotContain("secret", "se cret");
        }
    }
}
