package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.RedisTest;
import io.headrace.test.TestRedis;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

@RedisTest
class KeyValueStoreTest {

    record City(String name, int people) {}

    private final TestRedis server;
    private final String namespace;
    private ToolkitScope scope;
    private KeyValueStore<String> store;

    KeyValueStoreTest(TestRedis server) {
        this.server = server;
        this.namespace = server.keyPrefix() + "kv";
    }

    @BeforeEach
    void open() {
        server.removeKeys();
        scope = ToolkitScope.open(
                server.url(), RedisConfig.builder().maxValueBytes(1_000).build());
        store = scope.redis().keyValues(namespace, String.class);
    }

    @AfterEach
    void close() {
        scope.close();
    }

    @Test
    void aValueComesBackAndGoesAway() {
        StepVerifier.create(store.get("a")).verifyComplete();
        StepVerifier.create(store.getOrDefault("a", "none")).expectNext("none").verifyComplete();
        StepVerifier.create(store.set("a", "höhe").then(store.get("a")))
                .expectNext("höhe")
                .verifyComplete();
        StepVerifier.create(store.exists("a")).expectNext(true).verifyComplete();
        StepVerifier.create(store.delete("a")).expectNext(true).verifyComplete();
        StepVerifier.create(store.delete("a")).expectNext(false).verifyComplete();
        StepVerifier.create(store.exists("a")).expectNext(false).verifyComplete();
    }

    @Test
    void keysOnTheServerCarryTheNamespace() {
        StepVerifier.create(store.set("a", "x")).verifyComplete();
        assertThat(server.command("GET", namespace + ":a")).containsExactly("x");
    }

    @Test
    void setIfAbsentKeepsTheFirstValue() {
        StepVerifier.create(store.setIfAbsent("a", "1")).expectNext(true).verifyComplete();
        StepVerifier.create(store.setIfAbsent("a", "2", Duration.ofMinutes(1)))
                .expectNext(false)
                .verifyComplete();
        StepVerifier.create(store.get("a")).expectNext("1").verifyComplete();
    }

    @Test
    void timeToLiveIsSetReadAndRemoved() {
        StepVerifier.create(store.timeToLive("a")).verifyComplete();
        StepVerifier.create(store.set("a", "1", Duration.ofMinutes(1)).then(store.timeToLive("a")))
                .assertNext(left -> assertThat(left).isBetween(Duration.ofSeconds(50), Duration.ofMinutes(1)))
                .verifyComplete();
        StepVerifier.create(store.set("a", "1").then(store.timeToLive("a"))).verifyComplete();
        StepVerifier.create(store.expire("a", Duration.ofSeconds(9)))
                .expectNext(true)
                .verifyComplete();
        StepVerifier.create(store.expire("b", Duration.ofSeconds(9)))
                .expectNext(false)
                .verifyComplete();
        assertThat(Long.valueOf(server.command("PTTL", namespace + ":a").get(0)))
                .isBetween(5_000L, 9_000L);
    }

    @Test
    void getAllFindsWhatIsThereInTheOrderOfTheKeys() {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            keys.add("k" + i);
        }
        StepVerifier.create(Flux.fromIterable(keys)
                        .filter(key -> !key.endsWith("7"))
                        .flatMap(key -> store.set(key, key + "!"), 64))
                .verifyComplete();
        StepVerifier.create(store.getAll(keys))
                .assertNext(found -> {
                    assertThat(found)
                            .hasSize(540)
                            .containsEntry("k599", "k599!")
                            .doesNotContainKey("k7");
                    assertThat(found.keySet()).startsWith("k0", "k1", "k2");
                })
                .verifyComplete();
        StepVerifier.create(store.getAll(List.of())).expectNext(Map.of()).verifyComplete();
    }

    @Test
    void recordsNumbersAndBytesComeBack() {
        KeyValueStore<City> cities = scope.redis().keyValues(namespace, City.class);
        StepVerifier.create(cities.set("c", new City("Ulm", 126_000)).then(cities.get("c")))
                .expectNext(new City("Ulm", 126_000))
                .verifyComplete();
        KeyValueStore<Long> longs = scope.redis().keyValues(namespace, Long.class);
        StepVerifier.create(longs.set("n", -7L).then(longs.get("n")))
                .expectNext(-7L)
                .verifyComplete();
        KeyValueStore<Integer> integers = scope.redis().keyValues(namespace, Integer.class);
        StepVerifier.create(integers.get("n")).expectNext(-7).verifyComplete();
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        KeyValueStore<byte[]> bytes = scope.redis().keyValues(namespace, byte[].class);
        StepVerifier.create(bytes.set("b", all).then(bytes.get("b")))
                .assertNext(read -> assertThat(read).isEqualTo(all))
                .verifyComplete();
    }

    @Test
    void badInputIsNamedBeforeAnythingIsSent() {
        StepVerifier.create(store.get("")).verifyErrorSatisfies(error -> assertThat(error)
                .isInstanceOf(RedisInputException.class)
                .hasMessageContaining(namespace)
                .hasMessageContaining("empty"));
        StepVerifier.create(store.get("k".repeat(2_000))).verifyErrorSatisfies(error -> assertThat(error)
                .isInstanceOf(RedisInputException.class)
                .hasMessageContaining("limit 1024"));
        StepVerifier.create(store.set("big", "v".repeat(1_001))).verifyErrorSatisfies(error -> assertThat(error)
                .isInstanceOf(RedisInputException.class)
                .hasMessageContaining(namespace + ":big")
                .hasMessageContaining("1001 bytes (limit 1000)")
                .hasMessageNotContaining("vvv"));
        StepVerifier.create(store.set("a", "1", Duration.ZERO)).verifyErrorSatisfies(error -> assertThat(error)
                .isInstanceOf(RedisInputException.class)
                .hasMessageContaining("at least 1 ms"));
        assertThat(server.keys()).isEmpty();
    }

    @Test
    void aKeyOfAnotherTypeIsNamed() {
        server.command("RPUSH", namespace + ":list", "x");
        StepVerifier.create(store.get("list")).verifyErrorSatisfies(error -> {
            assertThat(error).isInstanceOf(RedisReplyException.class).hasMessageContaining(namespace + ":list");
            assertThat(((RedisReplyException) error).code()).isEqualTo("WRONGTYPE");
        });
    }

    @Test
    void malformedJsonIsNamedWithoutItsContent() {
        server.command("SET", namespace + ":c", "{secret");
        StepVerifier.create(scope.redis().keyValues(namespace, City.class).get("c"))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(RedisCodecException.class)
                        .hasMessageContaining(namespace + ":c")
                        .hasMessageNotContaining("secret"));
    }

    @Test
    void aCodecOfTheCallerIsUsed() {
        Codec<City> codec =
                Codec.of(city -> (city.name() + "/" + city.people()).getBytes(StandardCharsets.UTF_8), bytes -> {
                    String[] parts = new String(bytes, StandardCharsets.UTF_8).split("/");
                    return new City(parts[0], Integer.parseInt(parts[1]));
                });
        KeyValueStore<City> cities = scope.redis().keyValues(namespace, codec);
        StepVerifier.create(cities.set("c", new City("Ulm", 1)).then(cities.get("c")))
                .expectNext(new City("Ulm", 1))
                .verifyComplete();
        assertThat(server.command("GET", namespace + ":c")).containsExactly("Ulm/1");
    }

    @Test
    void nothingIsSentBeforeTheSubscription() {
        var unused = store.set("lazy", "x");
        StepVerifier.create(store.exists("lazy")).expectNext(false).verifyComplete();
    }
}
