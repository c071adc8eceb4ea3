package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.RedisServer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Commands with limits of their own among others on one connection to a server that stands still. */
class CommandLimitTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** So long that a command which waits for it is told from one that does not, on any machine. */
    private static final Duration LONG = Duration.ofSeconds(60);

    private final RedisServer server = RedisServer.start();
    private ToolkitScope scope;

    @BeforeEach
    void open() {
        RedisConfig config = RedisConfig.builder()
                .connections(1)
                .maxInFlight(2)
                .commandTimeout(LONG)
                .closeTimeout(Duration.ofMillis(100))
                .build();
        scope = ToolkitScope.open(server.url(), config).connected();
        server.pause();
    }

    @AfterEach
    void close() {
        server.resume();
        scope.close();
        server.close();
    }

    private Mono<Response> get(Commands commands) {
        return commands.send(() -> RedisCommand.on(Command.GET, "a"));
    }

    private Commands limited(long millis) {
        return new LimitedCommands(scope.redis().commands(), CommandLimit.ofTolerant(Duration.ofMillis(millis)));
    }

    @Test
    void aWrittenOneEndsAtItsOwnLimit() {
        AtomicBoolean ended = new AtomicBoolean();
        Mono<Response> written = get(limited(150));
        Disposable.Swap behind = Disposables.swap();
        StepVerifier.create(written)
                .then(() -> behind.update(get(scope.redis().commands())
                        .doFinally(end -> ended.set(true))
                        .subscribe(reply -> {}, error -> {})))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(RedisTimeoutException.class)
                        .hasMessageContaining("no reply to GET 'a' within 150 ms")
                        .hasMessageContaining("raise redisTimeout"))
                .verify(LIMIT);
        assertThat(ended).isFalse();
        behind.dispose();
    }

    @Test
    void oneThatWaitsBehindOthersEndsAtItsOwnLimit() {
        Disposable.Composite others = Disposables.composite();
        for (int i = 0; i < 10; i++) {
            others.add(get(scope.redis().commands()).subscribe(reply -> {}, error -> {}));
        }
        StepVerifier.create(get(limited(150)))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(RedisTimeoutException.class)
                        .hasMessageContaining("was not sent within 150 ms")
                        .hasMessageContaining("raise redisTimeout"))
                .verify(LIMIT);
        others.dispose();
    }

    @Test
    void aShorterLimitThatComesLaterEndsFirst() {
        AtomicReference<String> order = new AtomicReference<>("");
        Mono<Response> slow = get(limited(3_000)).doOnError(error -> order.accumulateAndGet("slow", String::concat));
        Mono<Response> quick = get(limited(50)).doOnError(error -> order.accumulateAndGet("quick ", String::concat));
        StepVerifier.create(Mono.whenDelayError(slow, quick)).expectError().verify(LIMIT);
        assertThat(order).hasValue("quick slow");
    }
}
