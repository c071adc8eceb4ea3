package io.headrace.core.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.core.KeyValueEntry;
import io.headrace.core.KeyValueTable;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Values by key. */
abstract class KeyValueContract extends Contract {

    record Settings(String colour, List<Integer> sizes) {}

    private static final Settings RED = new Settings("red; it's 'RED'", List.of(1, 2));
    private static final Settings BLUE = new Settings("blue", List.of());
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

    private KeyValueTable<Settings> table;

    KeyValueContract(TestDatabase database) {
        super(database);
    }

    @BeforeEach
    void createTable() {
        database.execute("DROP TABLE IF EXISTS app_settings");
        table = KeyValueTable.of(db, "app_settings", Settings.class, InstantSource.fixed(NOW));
        table.create().then(table.create()).block(TestDatabase.LIMIT);
    }

    @Test
    void aValueIsSetReadReplacedAndDeleted() {
        assertThat(table.get("a").block(TestDatabase.LIMIT)).isNull();
        assertThat(table.get("a", BLUE).block(TestDatabase.LIMIT)).isEqualTo(BLUE);
        table.set("a", RED).block(TestDatabase.LIMIT);
        assertThat(table.get("a", BLUE).block(TestDatabase.LIMIT)).isEqualTo(RED);
        table.set("a", BLUE).block(TestDatabase.LIMIT);
        KeyValueEntry<Settings> entry = table.entry("a").block(TestDatabase.LIMIT);
        assertThat(entry.value()).isEqualTo(BLUE);
        assertThat(entry.changedAt()).isEqualTo(NOW);
        assertThat(table.delete("a").block(TestDatabase.LIMIT)).isTrue();
        assertThat(table.delete("a").block(TestDatabase.LIMIT)).isFalse();
    }

    @Test
    void anEntryThatChangedSinceItWasReadIsNotReplaced() {
        table.set("a", RED).block(TestDatabase.LIMIT);
        KeyValueEntry<Settings> read = table.entry("a").block(TestDatabase.LIMIT);
        assertThat(table.compareAndSet(read, BLUE).block(TestDatabase.LIMIT)).isTrue();
        assertThat(table.compareAndSet(read, RED).block(TestDatabase.LIMIT)).isFalse();
        assertThat(table.get("a").block(TestDatabase.LIMIT)).isEqualTo(BLUE);
    }

    @Test
    void increasesByManyAtOnceAreAllKept() {
        KeyValueTable<Integer> numbers = KeyValueTable.of(db, "app_settings", Integer.class);
        numbers.set("n", 0).block(TestDatabase.LIMIT);
        Mono<Boolean> increase = numbers.entry("n")
                .flatMap(entry -> numbers.compareAndSet(entry, entry.value() + 1))
                .filter(done -> done)
                .repeatWhenEmpty(1_000, tries -> tries);

        Flux.range(0, 20).flatMap(i -> increase, 4).blockLast(TestDatabase.LIMIT);

        assertThat(numbers.get("n").block(TestDatabase.LIMIT)).isEqualTo(20);
    }

    @Test
    void aScanEmitsTheKeysOfAPrefixInOrder() {
        Flux.just("b_2", "b_1", "bx1", "B_3", "a", "b_%")
                .concatMap(key -> table.set(key, RED))
                .blockLast(TestDatabase.LIMIT);

        assertThat(table.scan("b_").map(KeyValueEntry::key).collectList().block(TestDatabase.LIMIT))
                .containsExactlyInAnyOrder("b_%", "b_1", "b_2");
        assertThat(table.scan("").count().block(TestDatabase.LIMIT)).isEqualTo(6);
    }

    @Test
    void aKeyThatDoesNotFitIsRefusedAtOnce() {
        assertThatThrownBy(() -> table.get("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> table.set("k".repeat(251), RED)).hasMessageContaining("1 to 250 characters");
    }
}
