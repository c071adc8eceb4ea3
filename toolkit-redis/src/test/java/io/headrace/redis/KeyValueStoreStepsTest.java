package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.RedisTest;
import io.headrace.test.TestRedis;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Steps that read and write at once, and those over many keys. */
@RedisTest
class KeyValueStoreStepsTest {

    private final TestRedis server;
    private final String namespace;
    private ToolkitScope scope;
    private KeyValueStore<String> store;

    KeyValueStoreStepsTest(TestRedis server) {
        this.server = server;
        this.namespace = server.keyPrefix() + "kv*[x]";
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
    void compareAndSetChangesOnlyWhatIsExpectedAndKeepsTheTimeToLive() {
        StepVerifier.create(store.compareAndSet("a", "1", "2"))
                .expectNext(false)
                .verifyComplete();
        StepVerifier.create(store.set("a", "1", Duration.ofMinutes(1)).then(store.compareAndSet("a", "0", "2")))
                .expectNext(false)
                .verifyComplete();
        StepVerifier.create(store.compareAndSet("a", "1", "2")).expectNext(true).verifyComplete();
        StepVerifier.create(store.get("a")).expectNext("2").verifyComplete();
        StepVerifier.create(store.timeToLive("a")).expectNextCount(1).verifyComplete();
    }

    @Test
    void ofManyWhoCompareAndSetOneWins() {
        StepVerifier.create(store.set("a", "0")
                        .thenMany(Flux.range(1, 100))
                        .flatMap(i -> store.compareAndSet("a", "0", "v" + i), 100)
                        .filter(won -> won)
                        .count())
                .expectNext(1L)
                .verifyComplete();
    }

    @Test
    void compareAndDeleteDeletesOnlyWhatIsExpected() {
        StepVerifier.create(store.set("a", "1").then(store.compareAndDelete("a", "2")))
                .expectNext(false)
                .verifyComplete();
        StepVerifier.create(store.compareAndDelete("a", "1")).expectNext(true).verifyComplete();
        StepVerifier.create(store.exists("a")).expectNext(false).verifyComplete();
    }

    @Test
    void getAndSetAndGetAndDeleteGiveTheEarlierValue() {
        StepVerifier.create(store.getAndSet("a", "1")).verifyComplete();
        StepVerifier.create(store.getAndSet("a", "2")).expectNext("1").verifyComplete();
        StepVerifier.create(store.getAndDelete("a")).expectNext("2").verifyComplete();
        StepVerifier.create(store.getAndDelete("a")).verifyComplete();
    }

    @Test
    void manyValuesAreStoredReadAndDeleted() {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < 700; i++) {
            values.put("k" + i, "v" + i);
        }
        StepVerifier.create(store.setAll(values).then(store.getAll(values.keySet())))
                .expectNext(values)
                .verifyComplete();
        StepVerifier.create(store.setAll(values, Duration.ofMinutes(1)).then(store.timeToLive("k699")))
                .expectNextCount(1)
                .verifyComplete();
        StepVerifier.create(store.persist("k699")).expectNext(true).verifyComplete();
        StepVerifier.create(store.timeToLive("k699")).verifyComplete();
        StepVerifier.create(store.deleteAll(List.of("k0", "k1", "absent")))
                .expectNext(2L)
                .verifyComplete();
        StepVerifier.create(store.setAll(Map.of())).verifyComplete();
    }

    @Test
    void aBadValueAmongManyIsNamed() {
        Map<String, String> values = Map.of("good", "v", "bad", "v".repeat(1_001));
        StepVerifier.create(store.setAll(values)).verifyErrorSatisfies(error -> assertThat(error)
                .isInstanceOf(RedisInputException.class)
                .hasMessageContaining(namespace + ":bad"));
        assertThat(server.keys()).isEmpty();
    }

    @Test
    void scanFindsTheKeysOfAPrefixAndTakesItLiterally() {
        StepVerifier.create(Flux.range(0, 1_000)
                        .flatMap(i -> store.set((i % 2 == 0 ? "a*" : "ab") + i, "v"), 100)
                        .then())
                .verifyComplete();
        server.command("RPUSH", namespace + ":a*list", "x");
        server.command("SET", server.keyPrefix() + "kvx:a*other", "x");
        StepVerifier.create(store.scan("a*").collect(TreeSet::new, TreeSet::add))
                .assertNext(found ->
                        assertThat(found).hasSize(500).contains("a*0", "a*998").doesNotContain("a*list"))
                .verifyComplete();
        StepVerifier.create(store.scan("").distinct().count())
                .expectNext(1_000L)
                .verifyComplete();
        StepVerifier.create(store.scan("none")).verifyComplete();
    }

    @Test
    void scanReadsAtMostOnePageAheadOfDemand() {
        StepVerifier.create(Flux.range(0, 3_000)
                        .flatMap(i -> store.set("k" + i, "v"), 100)
                        .then())
                .verifyComplete();
        long before = scans();
        StepVerifier.create(store.scan("k"), 1).expectNextCount(1).thenCancel().verify();
        assertThat(scans() - before).isLessThanOrEqualTo(12);
        before = scans();
        StepVerifier.create(store.scan("k").distinct().count())
                .expectNext(3_000L)
                .verifyComplete();
        assertThat(scans() - before).isGreaterThanOrEqualTo(12);
    }

    /** Other classes use the same server one after the other, so its count of SCANs is ours. */
    private long scans() {
        String statistics = String.join("", server.command("INFO", "commandstats"));
        var calls = Pattern.compile("cmdstat_scan:calls=(\\d+)").matcher(statistics);
        return calls.find() ? Long.parseLong(calls.group(1)) : 0;
    }
}
