package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.RedisTest;
import io.headrace.test.TestRedis;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

@RedisTest
class CounterTest {

    private final TestRedis server;
    private final String namespace;
    private ToolkitScope scope;
    private Counter counter;

    CounterTest(TestRedis server) {
        this.server = server;
        this.namespace = server.keyPrefix() + "count";
    }

    @BeforeEach
    void open() {
        server.removeKeys();
        scope = ToolkitScope.open(server.url());
        counter = scope.redis().counter(namespace);
    }

    @AfterEach
    void close() {
        scope.close();
    }

    @Test
    void itCountsReadsAndIsReset() {
        StepVerifier.create(counter.get("a")).expectNext(0L).verifyComplete();
        StepVerifier.create(counter.increment("a")).expectNext(1L).verifyComplete();
        StepVerifier.create(counter.add("a", -5)).expectNext(-4L).verifyComplete();
        StepVerifier.create(counter.get("a")).expectNext(-4L).verifyComplete();
        StepVerifier.create(counter.reset("a")).expectNext(-4L).verifyComplete();
        StepVerifier.create(counter.reset("a")).expectNext(0L).verifyComplete();
    }

    @Test
    void concurrentAdditionsAreAllCounted() {
        StepVerifier.create(Flux.range(0, 1_000)
                        .flatMap(i -> counter.add("a", 2, Duration.ofMinutes(1)), 256)
                        .then(counter.get("a")))
                .expectNext(2_000L)
                .verifyComplete();
    }

    @Test
    void theWindowBeginsWithTheFirstAdditionAndIsNotMoved() {
        StepVerifier.create(counter.add("a", 1, Duration.ofMinutes(10)))
                .expectNext(1L)
                .verifyComplete();
        StepVerifier.create(counter.add("a", 1, Duration.ofMinutes(60)))
                .expectNext(2L)
                .verifyComplete();
        assertThat(Long.valueOf(server.command("PTTL", namespace + ":a").get(0)))
                .isBetween(1L, 600_000L);
    }

    @Test
    void sumsBeyondThePrecisionOfLuaAreExactAndOverflowIsAnError() {
        long large = Long.MAX_VALUE - 1;
        StepVerifier.create(counter.add("a", large, Duration.ofMinutes(1)))
                .expectNext(large)
                .verifyComplete();
        StepVerifier.create(counter.add("a", 1)).expectNext(Long.MAX_VALUE).verifyComplete();
        StepVerifier.create(counter.add("a", 1)).verifyErrorSatisfies(error -> assertThat(error)
                .isInstanceOf(RedisReplyException.class)
                .hasMessageContaining(namespace + ":a")
                .hasMessageContaining("overflow"));
        StepVerifier.create(counter.add("a", 1, Duration.ofMinutes(1))).verifyError(RedisReplyException.class);
        StepVerifier.create(counter.get("a")).expectNext(Long.MAX_VALUE).verifyComplete();
    }

    @Test
    void badInputIsNamed() {
        StepVerifier.create(counter.add("a", 1, Duration.ZERO)).verifyErrorSatisfies(error -> assertThat(error)
                .isInstanceOf(RedisInputException.class)
                .hasMessageContaining(namespace + ":a"));
        StepVerifier.create(counter.increment("")).verifyError(RedisInputException.class);
        server.command("SET", namespace + ":text", "abc");
        StepVerifier.create(counter.increment("text")).verifyErrorSatisfies(error -> assertThat(error)
                .isInstanceOf(RedisReplyException.class)
                .hasMessageContaining(namespace + ":text"));
        StepVerifier.create(counter.get("text")).verifyError(RedisCodecException.class);
    }
}
