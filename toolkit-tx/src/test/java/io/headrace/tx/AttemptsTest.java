package io.headrace.tx;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

@PostgresTest
class AttemptsTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    record Line(int id, int owner) {}

    private final TestPostgres postgres;
    private final Database db;
    private final Transactions tx;

    AttemptsTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.db = Database.on(postgres.connectionFactory());
        this.tx = Transactions.on(db);
    }

    @BeforeEach
    void createLines() {
        postgres.execute(
                """
                DROP TABLE IF EXISTS lines; DROP TABLE IF EXISTS owners;
                CREATE TABLE owners (id int4 PRIMARY KEY);
                INSERT INTO owners VALUES (1), (2);
                CREATE TABLE lines (id int4 PRIMARY KEY, owner int4 NOT NULL REFERENCES owners)
                """);
    }

    private Mono<Long> insert(Line line) {
        return db.sql("INSERT INTO lines VALUES (:id, :owner)").bindAll(line).update();
    }

    private long count() {
        return postgres.queryLong("SELECT count(*) FROM lines");
    }

    @Test
    void goodItemsAreKeptAndBadOnesSkippedInOrder() {
        Flux<Line> lines = Flux.just(new Line(1, 1), new Line(1, 1), new Line(2, 9), new Line(3, 2));

        List<Attempt<Line, Long>> attempts =
                tx.attemptEach(lines, this::insert).collectList().block(LIMIT);

        assertThat(attempts).extracting(Attempt::isKept).containsExactly(true, false, false, true);
        assertThat(attempts)
                .flatExtracting(attempt ->
                        attempt.reason().map(SqlErrors::kindOf).stream().toList())
                .containsExactly(SqlErrorKind.UNIQUE_VIOLATION, SqlErrorKind.FOREIGN_KEY_VIOLATION);
        assertThat(attempts.get(0).result()).contains(1L);
        assertThat(count()).isEqualTo(2);
    }

    @Test
    void workWithoutAValueIsKept() {
        StepVerifier.create(tx.attemptEach(
                        Flux.just(new Line(1, 1)), line -> insert(line).then()))
                .assertNext(attempt -> {
                    assertThat(attempt.isKept()).isTrue();
                    assertThat(attempt.result()).isEmpty();
                })
                .verifyComplete();
    }

    @Test
    void anErrorThatMayNotBeSkippedRollsEverythingBack() {
        AttemptOptions onlyUnique =
                AttemptOptions.defaults().skipping(error -> SqlErrors.kindOf(error) == SqlErrorKind.UNIQUE_VIOLATION);
        Flux<Line> lines = Flux.just(new Line(1, 1), new Line(1, 1), new Line(2, 9));

        StepVerifier.create(tx.attemptEach(lines, this::insert, onlyUnique))
                .expectNextCount(2)
                .verifyError();

        assertThat(count()).isZero();
    }

    @Test
    void oneSkipTooManyRollsEverythingBackWithTheReasons() {
        Flux<Line> lines = Flux.just(new Line(1, 1), new Line(1, 1), new Line(1, 2), new Line(2, 2));

        StepVerifier.create(tx.attemptEach(
                        lines, this::insert, AttemptOptions.defaults().maximumSkipped(1)))
                .expectNextCount(2)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(TooManySkippedException.class)
                        .satisfies(
                                tooMany -> assertThat(tooMany.getSuppressed()).hasSize(2)));

        assertThat(count()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 100, 5_000})
    void aBulkAttemptKeepsAndSkipsTheSameWhateverTheChunkSize(int chunkSize) {
        Random random = new Random(7);
        List<Line> lines = IntStream.range(0, 1_200)
                .mapToObj(i -> new Line(random.nextInt(1_000), random.nextInt(40) == 0 ? 9 : 1 + random.nextInt(2)))
                .toList();
        Set<Integer> expected = new HashSet<>();
        List<Line> expectedSkipped = new ArrayList<>();
        for (Line line : lines) {
            if (line.owner() == 9 || !expected.add(line.id())) {
                expectedSkipped.add(line);
            }
        }

        List<BulkAttempt<Line>> attempts = tx.attemptBulk(
                        db.bulk("lines", Line.class),
                        Flux.fromIterable(lines),
                        AttemptOptions.defaults().chunkSize(chunkSize))
                .collectList()
                .block(Duration.ofSeconds(60));

        assertThat(attempts).hasSize((lines.size() + chunkSize - 1) / chunkSize);
        assertThat(attempts.stream().mapToLong(BulkAttempt::kept).sum()).isEqualTo(expected.size());
        assertThat(attempts.stream()
                        .flatMap(attempt -> attempt.skipped().stream())
                        .map(Attempt.Skipped::item))
                .containsExactlyElementsOf(expectedSkipped);
        assertThat(count()).isEqualTo(expected.size());
    }

    @Test
    void aChunkOfBadRowsOnlyIsSkippedWhole() {
        Flux<Line> lines =
                Flux.concat(Flux.just(new Line(1, 1)), Flux.range(0, 600).map(i -> new Line(1, 1)));

        StepVerifier.create(tx.attemptBulk(
                        db.bulk("lines", Line.class),
                        lines,
                        AttemptOptions.defaults().chunkSize(5_000)))
                .assertNext(attempt -> {
                    assertThat(attempt.kept()).isEqualTo(1);
                    assertThat(attempt.skipped()).hasSize(600);
                })
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void aFailingSourceRollsTheBulkAttemptBack() {
        Flux<Line> lines = Flux.concat(
                Flux.fromStream(Stream.iterate(new Line(1, 1), line -> new Line(line.id() + 1, 1))
                        .limit(1_500)),
                Flux.error(new IllegalStateException("source")));

        StepVerifier.create(tx.attemptBulk(
                        db.bulk("lines", Line.class),
                        lines,
                        AttemptOptions.defaults().chunkSize(1_000)))
                .expectNextCount(1)
                .verifyErrorMessage("source");

        assertThat(count()).isZero();
    }

    @Test
    void attemptsJoinTheTransactionAroundThem() {
        Mono<Void> body = tx.attemptEach(Flux.just(new Line(1, 1), new Line(2, 1)), this::insert)
                .then(Mono.error(new IllegalStateException("later")));

        StepVerifier.create(body.transform(tx.required())).verifyErrorMessage("later");

        assertThat(count()).isZero();
    }
}
