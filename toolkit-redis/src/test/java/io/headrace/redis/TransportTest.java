package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.FaultProxy;
import io.headrace.test.RedisServer;
import io.headrace.test.TestRedis;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class TransportTest {

    private static final Duration LIMIT = Duration.ofSeconds(40);

    @TempDir
    Path folder;

    @Test
    void anEncryptedConnectionWorksWhenNameAndAuthorityAreRight() {
        try (RedisServer server = RedisServer.start();
                TlsServer tls = new TlsServer(folder, "dns:localhost", server.port(), false);
                ToolkitScope scope = ToolkitScope.open(
                        "rediss://localhost:" + tls.port(),
                        // the first encrypted connection of a program loads much of the platform
                        RedisConfig.builder()
                                .connectTimeout(LIMIT)
                                .commandTimeout(LIMIT)
                                .tls(RedisTls.trusting(tls.certificate()))
                                .build())) {
            KeyValueStore<Integer> store = scope.redis().keyValues("a", Integer.class);
            StepVerifier.create(Flux.range(0, 1_000)
                            .flatMap(i -> store.set("k" + i, i).then(store.get("k" + i)), 64))
                    .expectNextCount(1_000)
                    .expectComplete()
                    .verify(LIMIT);
        }
    }

    @Test
    void aCertificateForAnotherNameIsRefused() {
        try (RedisServer server = RedisServer.start();
                TlsServer tls = new TlsServer(folder, "dns:elsewhere.example", server.port(), false);
                ToolkitScope scope = ToolkitScope.open("rediss://localhost:" + tls.port(), trusting(tls))) {
            StepVerifier.create(scope.redis().keyValues("a", String.class).get("a"))
                    .expectErrorSatisfies(error -> assertThat(error)
                            .isInstanceOf(RedisUnavailableException.class)
                            .hasMessageContaining("localhost"))
                    .verify(LIMIT);
            assertThat(server.createKeyspace("x").command("CLIENT", "LIST").toString())
                    .doesNotContain("headrace");
        }
    }

    @Test
    void aCertificateOfAnUnknownAuthorityIsRefused() {
        try (RedisServer server = RedisServer.start();
                TlsServer tls = new TlsServer(folder, "dns:localhost", server.port(), false);
                ToolkitScope scope = ToolkitScope.open(
                        "rediss://localhost:" + tls.port(), shortOnes().build())) {
            StepVerifier.create(scope.redis().keyValues("a", String.class).get("a"))
                    .expectError(RedisUnavailableException.class)
                    .verify(LIMIT);
        }
    }

    @Test
    void aClientShowsItsCertificateWhereTheServerWantsOne() {
        try (RedisServer server = RedisServer.start();
                TlsServer tls = new TlsServer(folder, "dns:localhost", server.port(), true)) {
            String url = "rediss://localhost:" + tls.port();
            RedisTls known = RedisTls.trusting(tls.certificate()).withClientCertificate(tls.certificate(), tls.key());
            try (ToolkitScope scope =
                    ToolkitScope.open(url, RedisConfig.builder().tls(known).build())) {
                StepVerifier.create(scope.redis().keyValues("a", String.class).set("a", "1"))
                        .expectComplete()
                        .verify(LIMIT);
            }
            try (ToolkitScope scope = ToolkitScope.open(url, trusting(tls))) {
                StepVerifier.create(scope.redis().keyValues("a", String.class).get("a"))
                        .expectError(RedisUnavailableException.class)
                        .verify(LIMIT);
            }
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aSocketInTheFileSystemWorks() {
        try (RedisServer server = RedisServer.startWith("--unixsocket", "redis.sock")) {
            String url = "unix://" + server.folder().resolve("redis.sock") + "?db=2";
            try (ToolkitScope scope = ToolkitScope.open(url)) {
                KeyValueStore<String> store = scope.redis().keyValues("a", String.class);
                StepVerifier.create(store.set("a", "1").then(store.get("a")))
                        .expectNext("1")
                        .expectComplete()
                        .verify(LIMIT);
                assertThat(server.createKeyspace("x").command("CLIENT", "LIST").toString())
                        .contains("redis.sock", "db=2", "name=headrace");
            }
        }
    }

    @Test
    void refusedLoginsLeaveNoSocketBehind() {
        try (RedisServer server = RedisServer.start();
                FaultProxy proxy = FaultProxy.to(server.host(), server.port())) {
            TestRedis admin = server.createKeyspace("x");
            admin.command("CONFIG", "SET", "requirepass", "right");
            RedisConfig config = RedisConfig.builder()
                    .reconnectDelay(Duration.ofMillis(1), Duration.ofMillis(5))
                    .build();
            String url = "redis://:wrong@" + proxy.host() + ":" + proxy.port();
            try (ToolkitScope scope = ToolkitScope.open(url, config)) {
                KeyValueStore<String> store = scope.redis().keyValues("a", String.class);
                StepVerifier.create(
                                Flux.range(0, 50).concatMap(i -> store.get("a").onErrorComplete(error -> {
                                    assertThat(error)
                                            .isInstanceOf(RedisUnavailableException.class)
                                            .hasMessageContaining("WRONGPASS")
                                            .hasMessageNotContaining("wrong@");
                                    return true;
                                })))
                        .expectComplete()
                        .verify(LIMIT);
                assertThat(proxy.links()).isLessThan(10);
            }
            Eventually.until("every socket is closed", () -> proxy.links() == 0);
        }
    }

    private static RedisConfigBuilder shortOnes() {
        return RedisConfig.builder().commandTimeout(Duration.ofSeconds(3));
    }

    private static RedisConfig trusting(TlsServer tls) {
        return shortOnes().tls(RedisTls.trusting(tls.certificate())).build();
    }
}
