package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.FaultProxy;
import io.headrace.test.RedisServer;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What is kept in a process that does not hear of changes any more. */
class NearCacheFaultTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration DELAY = Duration.ofMillis(800);

    private final RedisServer server = RedisServer.start();
    private FaultProxy proxy;
    private ToolkitScope one;
    private ToolkitScope two;
    private Cache<Long, String> near;
    private Cache<Long, String> far;

    @BeforeEach
    void open() {
        proxy = FaultProxy.to(server.host(), server.port());
        RedisConfig config = RedisConfig.builder()
                .commandTimeout(Duration.ofSeconds(3))
                .reconnectDelay(Duration.ofMillis(20), Duration.ofMillis(100))
                .build();
        one = ToolkitScope.open("redis://" + proxy.host() + ":" + proxy.port(), config)
                .connected();
        two = ToolkitScope.open(server.url(), config).connected();
        NearCacheConfig settings = NearCacheConfig.of(100).withMaximumAge(Duration.ofHours(1));
        near = one.redis().cache("c", Long.class, String.class, c -> c.redisTimeout(Duration.ofMillis(500))
                .near(settings.withMaximumDelay(DELAY)));
        far = two.redis().cache("c", Long.class, String.class);
        StepVerifier.create(far.put(1L, "old")).expectComplete().verify(LIMIT);
        keep("old");
    }

    @AfterEach
    void close() {
        proxy.forward();
        one.close();
        two.close();
        proxy.close();
        server.close();
    }

    private String read() {
        return String.valueOf(near.get(1L, key -> Mono.just("loaded")).block(LIMIT));
    }

    private void keep(String value) {
        Eventually.until("the value is kept", () -> {
            long before = near.snapshot().near().hits();
            return read().equals(value) && near.snapshot().near().hits() > before;
        });
    }

    private void change() {
        StepVerifier.create(far.put(1L, "new").retry(20)).expectComplete().verify(LIMIT);
    }

    @Test
    void nothingOldIsGivenWhenTheConnectionIsSilent() {
        proxy.blackHole();
        change();
        LockSupport.parkNanos(DELAY.plusMillis(50).toNanos());
        assertThat(read()).isEqualTo("loaded");
        proxy.forward();
        keep("new");
    }

    @Test
    void nothingOldIsGivenWhenTheServerStoodStill() {
        server.pause();
        LockSupport.parkNanos(DELAY.plusMillis(50).toNanos());
        assertThat(read()).isEqualTo("loaded");
        server.resume();
        change();
        Eventually.until("the change is seen", () -> read().equals("new"));
    }

    @Test
    void aKilledConnectionEmptiesItAndComesBack() {
        for (int round = 0; round < 5; round++) {
            long flushes = near.snapshot().near().flushes();
            server.createKeyspace("x").command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
            Eventually.until("it is empty", () -> near.snapshot().near().flushes() > flushes);
            keep("old");
        }
        change();
        Eventually.until("the change is seen", () -> read().equals("new"));
    }

    @Test
    void aServerThatWasStartedAnewIsHeardAgain() {
        server.restart();
        Eventually.until("it is empty", () -> near.snapshot().near().flushes() > 0);
        change();
        Eventually.until("changes are heard of", () -> near.snapshot().near().tracking());
        Eventually.until("the change is seen", () -> read().equals("new"));
        keep("new");
    }

    @Test
    void whoMayNotTrackReadsFromRedis() {
        server.createKeyspace("x")
                .command("ACL", "SETUSER", "plain", "on", ">pw", "allkeys", "allchannels", "+@all", "-client");
        String url = "redis://plain:pw@" + server.host() + ":" + server.port();
        try (ToolkitScope plain = ToolkitScope.open(url)) {
            Cache<Long, String> cache = plain.redis().cache("c", Long.class, String.class, c -> c.redisTimeout(LIMIT)
                    .near(NearCacheConfig.of(10)));
            for (int i = 0; i < 5; i++) {
                assertThat(cache.get(1L, key -> Mono.just("loaded")).block(LIMIT))
                        .isEqualTo("old");
            }
            assertThat(cache.snapshot().near().tracking()).isFalse();
            assertThat(cache.snapshot().redisFailures()).isZero();
        }
    }
}
