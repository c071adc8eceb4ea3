package io.headrace.tx.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import io.headrace.tx.Attempt;
import io.headrace.tx.AttemptOptions;
import io.headrace.tx.AttemptStrategy;
import io.headrace.tx.BulkAttempt;
import io.headrace.tx.RolledBackException;
import io.headrace.tx.TooManySkippedException;
import io.headrace.tx.Trial;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Parts of a transaction that are undone while the rest is kept. */
abstract class AttemptsContract extends Contract {

    AttemptsContract(TestDatabase database) {
        super(database);
    }

    private static AttemptOptions options(AttemptStrategy strategy) {
        return AttemptOptions.defaults().strategy(strategy).chunkSize(17);
    }

    private static List<Entry> random(int number, int distinct) {
        Random random = new Random(9);
        return IntStream.range(0, number)
                .mapToObj(i -> new Entry(random.nextInt(distinct), random.nextInt(12) == 0 ? -1 : i))
                .toList();
    }

    /** What is kept of these entries when each is tried in a transaction of its own. */
    private static List<Entry> expected(List<Entry> entries) {
        List<Entry> kept = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry.amount() >= 0 && kept.stream().noneMatch(other -> other.id() == entry.id())) {
                kept.add(entry);
            }
        }
        return kept;
    }

    private List<Entry> stored() {
        return db.sql("SELECT id, amount FROM entries ORDER BY amount")
                .as(Entry.class)
                .flux()
                .collectList()
                .block(TestDatabase.LIMIT);
    }

    private Mono<Long> insertAll(List<Entry> entries) {
        String rows = IntStream.range(0, entries.size())
                .mapToObj(i -> "(:id" + i + ", :amount" + i + ")")
                .collect(Collectors.joining(", "));
        var statement = db.sql("INSERT INTO entries VALUES " + rows);
        for (int i = 0; i < entries.size(); i++) {
            statement = statement
                    .bind("id" + i, entries.get(i).id())
                    .bind("amount" + i, entries.get(i).amount());
        }
        return statement.update();
    }

    @Test
    void whatOneAttemptLeavesIsKeptOrUndone() {
        Mono<Trial<Long>> bad = tx.attempt(insert(2).then(insert(1)));

        StepVerifier.create(tx.run(insert(1).then(bad).flatMap(trial -> trial.isKept() ? insert(9) : insert(3))))
                .expectNext(1L)
                .expectComplete()
                .verify(TestDatabase.LIMIT);

        assertThat(ids()).containsExactly(1L, 3L);
    }

    @ParameterizedTest
    @EnumSource(AttemptStrategy.class)
    void theBadOnesAreSkippedForTheirOwnReasonsAndTheOthersAreKept(AttemptStrategy strategy) {
        List<Entry> entries = random(150, 400);

        List<Attempt<Entry, Long>> attempts = tx.attemptEach(
                        Flux.fromIterable(entries), this::insert, options(strategy))
                .collectList()
                .block(TestDatabase.LIMIT);

        List<Entry> expected = expected(entries);
        assertThat(attempts).extracting(Attempt::item).isEqualTo(entries);
        assertThat(attempts)
                .filteredOn(Attempt::isKept)
                .extracting(Attempt::item)
                .isEqualTo(expected);
        assertThat(attempts).filteredOn(attempt -> !attempt.isKept()).allSatisfy(attempt -> assertThat(
                        SqlErrors.kindOf(attempt.reason().orElseThrow()))
                .isEqualTo(attempt.item().amount() < 0 ? SqlErrorKind.CHECK_VIOLATION : SqlErrorKind.UNIQUE_VIOLATION));
        assertThat(stored()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 50, 1_000})
    void chunksAndBulkKeepTheSame(int chunkSize) {
        List<Entry> entries = random(200, 500);
        AttemptOptions chunks = AttemptOptions.defaults().chunkSize(chunkSize);

        assertThat(kept(tx.attemptChunks(Flux.fromIterable(entries), this::insertAll, chunks)))
                .isEqualTo(expected(entries));
        createEntries();
        assertThat(kept(tx.attemptBulk(db.bulk("entries", Entry.class), Flux.fromIterable(entries), chunks)))
                .isEqualTo(expected(entries));
    }

    private List<Entry> kept(Flux<BulkAttempt<Entry>> attempts) {
        long kept = attempts.map(BulkAttempt::kept).reduce(0L, Long::sum).block(TestDatabase.LIMIT);
        List<Entry> stored = stored();
        assertThat(stored).hasSize((int) kept);
        return stored;
    }

    @ParameterizedTest
    @EnumSource(AttemptStrategy.class)
    void oneSkipTooManyRollsEverythingBack(AttemptStrategy strategy) {
        StepVerifier.create(tx.attemptEach(
                                Flux.range(0, 60).map(i -> new Entry(i, i % 2 == 0 ? -1 : 1)),
                                this::insert,
                                options(strategy).maximumSkipped(5))
                        .then())
                .expectError(TooManySkippedException.class)
                .verify(TestDatabase.LIMIT);

        assertThat(ids()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(AttemptStrategy.class)
    void anItemThatAsksToBeRolledBackIsSkippedAlone(AttemptStrategy strategy) {
        Function<Entry, Mono<Long>> work =
                entry -> insert(entry).delayUntil(one -> entry.id() == 2 ? tx.setRollbackOnly() : Mono.empty());

        List<Attempt<Entry, Long>> attempts = tx.attemptEach(
                        Flux.range(1, 3).map(id -> new Entry(id, 1)), work, options(strategy))
                .collectList()
                .block(TestDatabase.LIMIT);

        assertThat(attempts).extracting(Attempt::isKept).containsExactly(true, false, true);
        assertThat(attempts.get(1).reason()).containsInstanceOf(RolledBackException.class);
        assertThat(ids()).containsExactly(1L, 3L);
    }

    @Test
    void aCancelInTheMiddleLeavesNothing() {
        StepVerifier.create(tx.attemptEach(Flux.range(0, 1_000).map(i -> new Entry(i, 1)), this::insert)
                        .take(20))
                .expectNextCount(20)
                .expectComplete()
                .verify(TestDatabase.LIMIT);

        StepVerifier.create(tx.run(count())).expectNext(0L).expectComplete().verify(TestDatabase.LIMIT);
    }
}
