package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.test.RedisTest;
import io.headrace.test.TestRedis;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

@RedisTest
class HashTest {

    enum Level {
        LOW,
        HIGH
    }

    record Player(
            UUID id,
            String name,
            long score,
            boolean active,
            Level level,
            @Nullable Instant seen,
            List<Integer> laps) {}

    record Numbers(byte a, short b, int c, float d, double e, BigDecimal f) {}

    record Empty() {}

    record Positive(int value) {
        Positive {
            if (value <= 0) {
                throw new IllegalArgumentException("value must be positive");
            }
        }
    }

    record Box(@Nullable String value) {}

    private static final Player ANNA = new Player(
            new UUID(1, 2), "Änna", 41, true, Level.HIGH, Instant.parse("2026-01-02T03:04:05Z"), List.of(1, 2));

    private final TestRedis server;
    private final String namespace;
    private ToolkitScope scope;
    private Hash<Player> players;

    HashTest(TestRedis server) {
        this.server = server;
        this.namespace = server.keyPrefix() + "player";
    }

    @BeforeEach
    void open() {
        server.removeKeys();
        scope = ToolkitScope.open(
                server.url(), RedisConfig.builder().maxValueBytes(1_000).build());
        players = scope.redis().hash(namespace, Player.class);
    }

    @AfterEach
    void close() {
        scope.close();
    }

    @Test
    void aRecordComesBackAndItsFieldsAreReadableOnTheServer() {
        StepVerifier.create(players.get("anna")).verifyComplete();
        StepVerifier.create(players.put("anna", ANNA).then(players.get("anna")))
                .expectNext(ANNA)
                .verifyComplete();
        assertThat(server.command("HGET", namespace + ":anna", "score")).containsExactly("41");
        assertThat(server.command("HGET", namespace + ":anna", "level")).containsExactly("HIGH");
        assertThat(server.command("HGET", namespace + ":anna", "laps")).containsExactly("[1,2]");
        StepVerifier.create(players.delete("anna")).expectNext(true).verifyComplete();
        StepVerifier.create(players.exists("anna")).expectNext(false).verifyComplete();
    }

    @Test
    void aNullComponentHasNoFieldAndPutReplacesTheWholeRecord() {
        Player unseen = new Player(ANNA.id(), "b", 0, false, Level.LOW, null, List.of());
        StepVerifier.create(players.put("anna", ANNA, Duration.ofMinutes(1))
                        .then(players.put("anna", unseen))
                        .then(players.get("anna")))
                .expectNext(unseen)
                .verifyComplete();
        assertThat(server.command("HEXISTS", namespace + ":anna", "seen")).containsExactly("0");
        assertThat(server.command("PTTL", namespace + ":anna")).containsExactly("-1");
    }

    @Test
    void theTimeToLiveIsSetWithTheRecord() {
        StepVerifier.create(players.put("anna", ANNA, Duration.ofMinutes(1))).verifyComplete();
        assertThat(Long.valueOf(server.command("PTTL", namespace + ":anna").get(0)))
                .isBetween(50_000L, 60_000L);
        StepVerifier.create(players.expire("anna", Duration.ofMinutes(9)))
                .expectNext(true)
                .verifyComplete();
    }

    @Test
    void fieldsAreReadUpdatedAndIncrementedAlone() {
        StepVerifier.create(players.put("anna", ANNA)).verifyComplete();
        StepVerifier.create(players.field("anna", "score", Long.class))
                .expectNext(41L)
                .verifyComplete();
        StepVerifier.create(players.update("anna", "name", "Anne"))
                .expectNext(true)
                .verifyComplete();
        StepVerifier.create(players.update("anna", Map.of("active", false, "level", Level.LOW)))
                .expectNext(true)
                .verifyComplete();
        StepVerifier.create(players.update("anna", "seen", null))
                .expectNext(true)
                .verifyComplete();
        StepVerifier.create(players.increment("anna", "score", 2))
                .expectNext(43L)
                .verifyComplete();
        StepVerifier.create(players.get("anna"))
                .expectNext(new Player(ANNA.id(), "Anne", 43, false, Level.LOW, null, ANNA.laps()))
                .verifyComplete();
        StepVerifier.create(players.field("anna", "seen", Instant.class)).verifyComplete();
    }

    @Test
    void updatesNeverMakeAPartOfARecord() {
        StepVerifier.create(players.update("none", "name", "x"))
                .expectNext(false)
                .verifyComplete();
        StepVerifier.create(players.increment("none", "score", 1)).verifyComplete();
        assertThat(server.keys()).isEmpty();
    }

    @Test
    void allKindsOfNumbersComeBack() {
        Numbers numbers = new Numbers((byte) -1, (short) 2, Integer.MIN_VALUE, 0.1f, Math.PI, new BigDecimal("1.500"));
        Hash<Numbers> hash = scope.redis().hash(namespace, Numbers.class);
        StepVerifier.create(hash.put("n", numbers).then(hash.get("n")))
                .expectNext(numbers)
                .verifyComplete();
    }

    @Test
    void badInputIsNamedBeforeAnythingIsSent() {
        StepVerifier.create(players.update("anna", "nme", "x")).verifyErrorSatisfies(error -> assertThat(error)
                .isInstanceOf(RedisInputException.class)
                .hasMessageContaining("nme")
                .hasMessageContaining(namespace + ":anna")
                .hasMessageContaining("score"));
        StepVerifier.create(players.update("anna", "score", "many")).verifyErrorSatisfies(error -> assertThat(error)
                .isInstanceOf(RedisInputException.class)
                .hasMessageContaining("java.lang.Long")
                .hasMessageNotContaining("many"));
        StepVerifier.create(players.update("anna", "score", null)).verifyError(RedisInputException.class);
        StepVerifier.create(players.increment("anna", "name", 1)).verifyError(RedisInputException.class);
        StepVerifier.create(players.field("anna", "score", String.class)).verifyError(RedisInputException.class);
        StepVerifier.create(players.update("anna", "name", "v".repeat(1_001)))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(RedisInputException.class)
                        .hasMessageContaining("limit 1000"));
        StepVerifier.create(players.update("anna", Collections.singletonMap(null, "x")))
                .verifyError(RedisInputException.class);
        StepVerifier.create(scope.redis().hash(namespace, Box.class).put("b", new Box(null)))
                .verifyError(RedisInputException.class);
        assertThatThrownBy(() -> scope.redis().hash(namespace, Empty.class))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(server.keys()).isEmpty();
    }

    @Test
    void damagedFieldsAreNamedWithoutTheirContent() {
        server.command("HSET", namespace + ":p", "value", "secret");
        Hash<Positive> hash = scope.redis().hash(namespace, Positive.class);
        StepVerifier.create(hash.get("p")).verifyErrorSatisfies(error -> assertThat(error)
                .isInstanceOf(RedisCodecException.class)
                .hasMessageContaining(namespace + ":p")
                .hasMessageContaining("'value'")
                .hasMessageNotContaining("secret"));
        server.command("HSET", namespace + ":p", "value", "-1");
        StepVerifier.create(hash.get("p")).verifyErrorSatisfies(error -> assertThat(error)
                .isInstanceOf(RedisCodecException.class)
                .hasRootCauseMessage("value must be positive"));
        server.command("HSET", namespace + ":q", "other", "1");
        StepVerifier.create(hash.get("q")).verifyErrorSatisfies(error -> assertThat(error)
                .isInstanceOf(RedisCodecException.class)
                .hasMessageContaining("no field 'value'"));
        server.command("SET", namespace + ":s", "text");
        StepVerifier.create(hash.get("s"))
                .verifyErrorSatisfies(error ->
                        assertThat(((RedisReplyException) error).code()).isEqualTo("WRONGTYPE"));
    }
}
