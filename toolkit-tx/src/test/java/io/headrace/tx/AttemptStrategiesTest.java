package io.headrace.tx;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

@PostgresTest
class AttemptStrategiesTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    record Line(int id, int owner) {}

    private final TestPostgres postgres;
    private final Database db;
    private final Transactions tx;

    AttemptStrategiesTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.db = Database.on(postgres.connectionFactory());
        this.tx = Transactions.on(db);
    }

    @BeforeEach
    void createLines() {
        postgres.execute(
                """
                DROP TABLE IF EXISTS lines;
                CREATE TABLE lines (id int4 PRIMARY KEY, owner int4 NOT NULL CHECK (owner > 0))""");
    }

    private Mono<Long> insert(Line line) {
        return db.sql("INSERT INTO lines VALUES (:id, :owner)").bindAll(line).update();
    }

    private long count() {
        return postgres.queryLong("SELECT count(*) FROM lines");
    }

    private static AttemptOptions bisect(int chunkSize) {
        return AttemptOptions.defaults().strategy(AttemptStrategy.BISECT).chunkSize(chunkSize);
    }

    private static List<Line> lines(Random random, int number, int distinct, int oneBadIn) {
        return IntStream.range(0, number)
                .mapToObj(i -> new Line(random.nextInt(distinct), random.nextInt(oneBadIn) == 0 ? 0 : 1 + i))
                .toList();
    }

    private List<String> outcome(List<Line> lines, AttemptOptions options) {
        createLines();
        return tx.attemptEach(Flux.fromIterable(lines), this::insert, options)
                .map(attempt -> attempt.item() + " " + attempt.result() + " "
                        + attempt.reason().map(SqlErrors::kindOf))
                .collectList()
                .block(LIMIT);
    }

    @Test
    void bothKeepAndSkipTheSameForTheSameReasons() {
        Random random = new Random(11);
        for (int round = 0; round < 6; round++) {
            List<Line> lines = lines(random, 150, 100 + 100 * round * round, 3 + 10 * round);
            List<String> perItem = outcome(lines, AttemptOptions.defaults());
            String kept = postgres.queryString("SELECT string_agg(id || ':' || owner, ' ' ORDER BY id) FROM lines");

            assertThat(outcome(lines, bisect(1 + random.nextInt(60)))).isEqualTo(perItem);
            assertThat(postgres.queryString("SELECT string_agg(id || ':' || owner, ' ' ORDER BY id) FROM lines"))
                    .isEqualTo(kept);
        }
    }

    @ParameterizedTest
    @EnumSource(AttemptStrategy.class)
    void anItemThatHidesItsErrorIsSkippedAndItsNeighboursAreKept(AttemptStrategy strategy) {
        Flux<Line> lines = Flux.just(new Line(1, 1), new Line(2, 0), new Line(3, 1), new Line(4, 1));

        List<Attempt<Line, Long>> attempts = tx.attemptEach(
                        lines,
                        line -> line.id() == 2 ? insert(line).onErrorResume(error -> Mono.just(0L)) : insert(line),
                        AttemptOptions.defaults().strategy(strategy))
                .collectList()
                .block(LIMIT);

        assertThat(attempts).extracting(Attempt::isKept).containsExactly(true, false, true, true);
        assertThat(count()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(AttemptStrategy.class)
    void anItemWhoseJoinedPartFailedIsSkippedAndWhatItWroteIsFree(AttemptStrategy strategy) {
        Flux<Line> lines = Flux.just(new Line(1, 1), new Line(2, 1), new Line(2, 5), new Line(3, 1));
        Mono<Long> failingPart = tx.run(Mono.error(new IllegalStateException("part")));

        List<Attempt<Line, Long>> attempts = tx.attemptEach(
                        lines,
                        line -> line.id() == 2 && line.owner() == 1
                                ? insert(line).then(failingPart.onErrorReturn(0L))
                                : insert(line),
                        AttemptOptions.defaults().strategy(strategy))
                .collectList()
                .block(LIMIT);

        assertThat(attempts).extracting(Attempt::isKept).containsExactly(true, false, true, true);
        assertThat(attempts.get(1).reason()).containsInstanceOf(RolledBackException.class);
        assertThat(postgres.queryLong("SELECT owner FROM lines WHERE id = 2")).isEqualTo(5);
    }

    @ParameterizedTest
    @EnumSource(AttemptStrategy.class)
    void anItemThatAsksToBeRolledBackIsSkippedAlone(AttemptStrategy strategy) {
        Flux<Line> lines = Flux.just(new Line(1, 1), new Line(2, 2), new Line(3, 3));

        List<Attempt<Line, Long>> attempts = tx.attemptEach(
                        lines,
                        line -> insert(line).delayUntil(one -> line.id() == 2 ? tx.setRollbackOnly() : Mono.empty()),
                        AttemptOptions.defaults().strategy(strategy))
                .collectList()
                .block(LIMIT);

        assertThat(attempts).extracting(Attempt::isKept).containsExactly(true, false, true);
        assertThat(attempts.get(1).reason().orElseThrow())
                .isInstanceOf(RolledBackException.class)
                .hasMessageContaining("setRollbackOnly()");
        assertThat(count()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(AttemptStrategy.class)
    void hooksOfKeptItemsRunOnceAndThoseOfSkippedOnesNever(AttemptStrategy strategy) {
        List<Line> lines = lines(new Random(3), 60, 500, 10);
        List<Line> committed = new ArrayList<>();

        List<Line> kept = tx.attemptEach(
                        Flux.fromIterable(lines),
                        line -> tx.afterCommit(Mono.fromRunnable(() -> committed.add(line)))
                                .then(insert(line)),
                        AttemptOptions.defaults().strategy(strategy))
                .filter(Attempt::isKept)
                .map(Attempt::item)
                .collectList()
                .block(LIMIT);

        assertThat(committed).isEqualTo(kept).hasSizeLessThan(60);
    }

    @ParameterizedTest
    @EnumSource(AttemptStrategy.class)
    void theCallbackHearsOfEachSkippedItemOnceInOrder(AttemptStrategy strategy) {
        List<Line> lines = lines(new Random(4), 80, 60, 10);
        List<Object> told = new ArrayList<>();

        List<Line> skipped = tx.attemptEach(
                        Flux.fromIterable(lines),
                        this::insert,
                        AttemptOptions.defaults().strategy(strategy).onSkip(skip -> told.add(skip.item())))
                .filter(attempt -> !attempt.isKept())
                .map(Attempt::item)
                .collectList()
                .block(LIMIT);

        assertThat(told).isEqualTo(skipped).hasSizeGreaterThan(10);
    }

    @ParameterizedTest
    @EnumSource(AttemptStrategy.class)
    void oneSkipTooManyIsToldAndRollsEverythingBackWithTheFirstReasons(AttemptStrategy strategy) {
        AtomicInteger told = new AtomicInteger();

        StepVerifier.create(tx.attemptEach(
                        Flux.range(0, 100).map(i -> new Line(i, 0)),
                        this::insert,
                        AttemptOptions.defaults()
                                .strategy(strategy)
                                .maximumSkipped(30)
                                .onSkip(skip -> told.incrementAndGet())))
                .expectNextCount(30)
                .expectErrorSatisfies(error -> {
                    assertThat(error).isInstanceOf(TooManySkippedException.class);
                    assertThat(error.getSuppressed()).hasSize(20);
                })
                .verify(LIMIT);

        assertThat(told).hasValue(31);
        assertThat(count()).isZero();
    }

    @Test
    void aFailingCallbackRollsEverythingBack() {
        AttemptOptions options = AttemptOptions.defaults().onSkip(skip -> {
            throw new IllegalStateException("callback");
        });

        StepVerifier.create(tx.attemptEach(Flux.just(new Line(1, 1), new Line(2, 0)), this::insert, options))
                .expectNextCount(1)
                .expectErrorMessage("callback")
                .verify(LIMIT);

        assertThat(count()).isZero();
    }

    @ParameterizedTest
    @EnumSource(AttemptStrategy.class)
    void anErrorThatMayNotBeSkippedFailsAfterThoseThatMay(AttemptStrategy strategy) {
        List<Object> told = new ArrayList<>();
        AttemptOptions options = AttemptOptions.defaults()
                .strategy(strategy)
                .skipping(error -> SqlErrors.kindOf(error) == SqlErrorKind.UNIQUE_VIOLATION)
                .onSkip(skip -> told.add(skip.item()));
        Flux<Line> lines = Flux.just(new Line(1, 1), new Line(1, 2), new Line(3, 0), new Line(4, 1));

        StepVerifier.create(tx.attemptEach(lines, this::insert, options).then())
                .expectErrorMatches(error -> SqlErrors.kindOf(error) == SqlErrorKind.CHECK_VIOLATION)
                .verify(LIMIT);

        assertThat(told).containsExactly(new Line(1, 2));
        assertThat(count()).isZero();
    }

    @Test
    void aLostConnectionIsNobodysFault() {
        Flux<Line> lines = Flux.just(new Line(1, 1), new Line(2, 1), new Line(3, 1));
        AttemptOptions options = bisect(10).onSkip(skip -> {
            throw new AssertionError("skipped " + skip.item());
        });

        StepVerifier.create(tx.attemptEach(
                                lines,
                                line -> line.id() == 2
                                        ? db.sql("SELECT pg_terminate_backend(pg_backend_pid())")
                                                .as(Boolean.class)
                                                .one()
                                                .thenReturn(1L)
                                        : insert(line),
                                options)
                        .then())
                .expectErrorMatches(error -> SqlErrors.kindOf(error) == SqlErrorKind.CONNECTION_LOST)
                .verify(LIMIT);

        assertThat(count()).isZero();
    }

    @Test
    void noMoreThanAChunkIsAskedForAhead() {
        AtomicLong taken = new AtomicLong();
        Flux<Line> lines = Flux.range(0, 1_000).map(i -> new Line(i, 1)).doOnNext(line -> taken.incrementAndGet());

        StepVerifier.create(tx.attemptEach(lines, this::insert, bisect(10)), 5)
                .expectNextCount(5)
                .then(() -> assertThat(taken).hasValueLessThanOrEqualTo(20))
                .thenRequest(10)
                .expectNextCount(10)
                .then(() -> assertThat(taken).hasValueLessThanOrEqualTo(30))
                .thenCancel()
                .verify(LIMIT);
    }

    @Test
    void aCancelInTheMiddleOfAChunkLeavesNothing() {
        AtomicInteger begun = new AtomicInteger();

        tx.attemptEach(
                        Flux.range(0, 1_000_000).map(i -> new Line(i, 1)),
                        line -> insert(line).doFirst(begun::incrementAndGet),
                        bisect(100_000))
                .takeUntilOther(Mono.defer(() -> begun.get() > 50 ? Mono.just(1) : Mono.<Integer>empty())
                        .repeatWhenEmpty(polls -> polls.delayElements(Duration.ofMillis(5))))
                .blockLast(LIMIT);

        assertThat(begun.get()).isGreaterThan(50);
        StepVerifier.create(db.sql("SELECT count(*) FROM lines").as(Long.class).one())
                .expectNext(0L)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void aChunkThatIsNotFullIsTriedWhenTheSourceEnds() {
        StepVerifier.create(tx.attemptEach(Flux.just(new Line(1, 1)), this::insert, bisect(100)))
                .expectNext(new Attempt.Kept<>(new Line(1, 1), 1L))
                .expectComplete()
                .verify(LIMIT);
        StepVerifier.create(tx.attemptEach(Flux.<Line>empty(), this::insert, bisect(100)))
                .expectComplete()
                .verify(LIMIT);
    }
}
