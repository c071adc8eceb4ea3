package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.RedisServer;
import io.headrace.test.TestRedis;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A sentinel with a password of its own, plain and behind TLS, and a master with another password and without TLS. */
class SentinelLoginTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final RedisServer master = RedisServer.start();
    private final RedisServer sentinel = RedisServer.startWith("--sentinel");

    @TempDir
    private Path folder;

    @BeforeEach
    void watch() {
        TestRedis watch = sentinel.createKeyspace("x");
        watch.command("SENTINEL", "MONITOR", "shop", master.host(), Integer.toString(master.port()), "1");
        watch.command("SENTINEL", "SET", "shop", "auth-pass", "of the master");
        watch.command("ACL", "SETUSER", "watcher", "on", ">of the sentinel", "+@all");
        watch.command("ACL", "SETUSER", "default", "resetpass", ">nobody knows");
        master.createKeyspace("x").command("CONFIG", "SET", "requirepass", "of the master");
    }

    @AfterEach
    void stop() {
        sentinel.close();
        master.close();
    }

    private static String url(int port) {
        return "redis-sentinel://:of%20the%20master@localhost:" + port + "?master=shop";
    }

    private static Mono<String> work(ToolkitScope scope) {
        KeyValueStore<String> store = scope.redis().keyValues("a", String.class);
        return store.set("a", "1").then(store.get("a"));
    }

    private static RedisConfig config(SentinelConfig sentinels) {
        // the first TLS of a JVM takes its time on a busy machine
        return RedisConfig.builder()
                .sentinels(sentinels)
                .connectTimeout(Duration.ofSeconds(20))
                .commandTimeout(Duration.ofSeconds(25))
                .build();
    }

    @Test
    void sentinelsHaveALoginOfTheirOwn() {
        SentinelConfig own = SentinelConfig.open().withLogin("watcher", "of the sentinel");
        assertThat(own.toString()).doesNotContain("of the sentinel");
        try (ToolkitScope scope = ToolkitScope.open(url(sentinel.port()), config(own))) {
            StepVerifier.create(work(scope)).expectNext("1").expectComplete().verify(LIMIT);
        }
    }

    @Test
    void sentinelsMaySpeakTlsWhereServersDoNot() {
        try (TlsServer tls = new TlsServer(folder, "dns:localhost", sentinel.port(), false)) {
            SentinelConfig own = SentinelConfig.open()
                    .withLogin("watcher", "of the sentinel")
                    .withTls(RedisTls.trusting(tls.certificate()));
            try (ToolkitScope scope = ToolkitScope.open(url(tls.port()), config(own))) {
                StepVerifier.create(work(scope))
                        .expectNext("1")
                        .expectComplete()
                        .verify(LIMIT);
            }
        }
    }

    @Test
    void theLoginOfTheServersIsOfNoUseThere() {
        RedisConfig config =
                RedisConfig.builder().commandTimeout(Duration.ofSeconds(3)).build();
        try (ToolkitScope scope = ToolkitScope.open(url(sentinel.port()), config)) {
            StepVerifier.create(work(scope))
                    .expectErrorSatisfies(error -> assertThat(error)
                            .isInstanceOf(RedisUnavailableException.class)
                            .hasMessageContaining("no sentinel knows a master 'shop'")
                            .hasMessageContaining("WRONGPASS")
                            .hasMessageNotContaining("of the master"))
                    .verify(LIMIT);
        }
    }
}
