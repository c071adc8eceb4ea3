package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.RedisServer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
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

    /** What is subscribed from now on is not among what the channel looks at as it wakes. */
    private void awaitWriting(int waiting) {
        Eventually.until("one is written", () -> scope.redis().snapshot().waitingCommands() <= waiting);
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
        awaitWriting(9);
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
        AtomicBoolean ended = new AtomicBoolean();
        Disposable slow = get(limited(60_000)).doFinally(end -> ended.set(true)).subscribe(reply -> {}, error -> {});
        awaitWriting(0);
        StepVerifier.create(get(limited(50)))
                .expectError(RedisTimeoutException.class)
                .verify(LIMIT);
        assertThat(ended).isFalse();
        slow.dispose();
    }
}
