package io.headrace.tx;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.core.bulk.Bulk;
import io.headrace.core.error.BulkException;
import io.headrace.test.FaultProxy;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.ConnectionFactories;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Chunks that go by one statement each. */
@PostgresTest
class AttemptChunksTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    record Line(int id, int owner) {}

    private final TestPostgres postgres;
    private final Database db;
    private final Transactions tx;

    AttemptChunksTest(TestPostgres postgres) {
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

    private Mono<Long> insertAll(List<Line> lines) {
        return db.sql("INSERT INTO lines SELECT * FROM unnest(:ids::int4[], :owners::int4[])")
                .bind("ids", lines.stream().map(Line::id).toArray(Integer[]::new))
                .bind("owners", lines.stream().map(Line::owner).toArray(Integer[]::new))
                .update();
    }

    private static List<Line> random(int number, int distinct) {
        Random random = new Random(9);
        return IntStream.range(0, number)
                .mapToObj(i -> new Line(random.nextInt(distinct), random.nextInt(30)))
                .toList();
    }

    private List<Line> skippedBy(Flux<BulkAttempt<Line>> chunks, int keptToo) {
        List<BulkAttempt<Line>> all = chunks.collectList().block(LIMIT);
        List<Line> skipped = new ArrayList<>();
        all.forEach(chunk -> chunk.skipped().forEach(skip -> skipped.add(skip.item())));
        assertThat(all.stream().mapToLong(BulkAttempt::kept).sum()).isEqualTo(keptToo - skipped.size());
        assertThat(postgres.queryLong("SELECT count(*) FROM lines")).isEqualTo(keptToo - skipped.size());
        return skipped;
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 50, 1_000})
    void theSameIsSkippedByStatementsByCopyAndOneByOne(int chunkSize) {
        List<Line> lines = random(400, 2_000);
        AttemptOptions options = AttemptOptions.defaults().chunkSize(chunkSize);
        List<Line> oneByOne = tx.attemptEach(Flux.fromIterable(lines), this::insert)
                .filter(attempt -> !attempt.isKept())
                .map(Attempt::item)
                .collectList()
                .block(LIMIT);

        createLines();
        assertThat(skippedBy(tx.attemptChunks(Flux.fromIterable(lines), this::insertAll, options), 400))
                .isEqualTo(oneByOne);
        createLines();
        assertThat(skippedBy(tx.attemptBulk(db.bulk("lines", Line.class), Flux.fromIterable(lines), options), 400))
                .isEqualTo(oneByOne);
    }

    @Test
    void theLineThatIsNamedFirstNeedNotBeTheFirstThatIsRefused() {
        postgres.execute(
                """
                DROP TABLE IF EXISTS lines;
                CREATE TABLE lines (id int4, owner int4 CHECK (owner > 0), UNIQUE (id, owner)) PARTITION BY HASH (owner);
                CREATE TABLE lines_0 PARTITION OF lines FOR VALUES WITH (MODULUS 3, REMAINDER 0);
                CREATE TABLE lines_1 PARTITION OF lines FOR VALUES WITH (MODULUS 3, REMAINDER 1);
                CREATE TABLE lines_2 PARTITION OF lines FOR VALUES WITH (MODULUS 3, REMAINDER 2)""");
        List<Line> lines = random(600, 40);
        List<Line> oneByOne = tx.attemptEach(Flux.fromIterable(lines), this::insert)
                .filter(attempt -> !attempt.isKept())
                .map(Attempt::item)
                .collectList()
                .block(LIMIT);

        postgres.execute("TRUNCATE lines");
        assertThat(skippedBy(tx.attemptBulk(db.bulk("lines", Line.class), Flux.fromIterable(lines)), 600))
                .isEqualTo(oneByOne);
    }

    @Test
    void theOptionsHoldForChunksToo() {
        List<Object> told = new ArrayList<>();
        AttemptOptions options =
                AttemptOptions.defaults().chunkSize(7).maximumSkipped(2).onSkip(skip -> told.add(skip.item()));
        Flux<Line> lines = Flux.range(0, 30).map(i -> new Line(i, i % 9));

        StepVerifier.create(tx.attemptBulk(db.bulk("lines", Line.class), lines, options)
                        .then())
                .expectErrorMatches(
                        error -> error instanceof TooManySkippedException && error.getSuppressed().length == 3)
                .verify(LIMIT);

        assertThat(told).containsExactly(new Line(0, 0), new Line(9, 0), new Line(18, 0));
        assertThat(postgres.queryLong("SELECT count(*) FROM lines")).isZero();
    }

    @Test
    void whatIsWrongWithTheTableIsNotSkippedRowByRow() {
        record Other(int id, int color) {}

        StepVerifier.create(tx.attemptBulk(db.bulk("lines", Other.class), Flux.just(new Other(1, 1))))
                .expectError(BulkException.class)
                .verify(LIMIT);
    }

    @Test
    void aTableOfColumnsWithoutABinaryFormIsFilledToo() {
        postgres.execute("DROP TABLE IF EXISTS places; CREATE TABLE places (id int4 PRIMARY KEY, at point)");
        record Place(int id, String at) {}

        StepVerifier.create(tx.attemptBulk(
                        db.bulk("places", Place.class), Flux.just(new Place(1, "(1,2)"), new Place(1, "(3,4)"))))
                .assertNext(chunk -> assertThat(chunk.kept()).isEqualTo(1))
                .expectComplete()
                .verify(LIMIT);
    }

    /** @return round trips of an attempt at so many chunks of 10 rows without a bad one, and the bytes that went */
    private long[] cost(FaultProxy proxy, Bulk<Line> bulk, Transactions through, int chunks) {
        createLines();
        long roundTrips = proxy.roundTrips();
        long bytes = proxy.bytesForwarded();
        through.attemptBulk(
                        bulk,
                        Flux.range(0, chunks * 10).map(i -> new Line(i, 1)),
                        AttemptOptions.defaults().chunkSize(10))
                .blockLast(LIMIT);
        return new long[] {proxy.roundTrips() - roundTrips, proxy.bytesForwarded() - bytes};
    }

    @Test
    void theTableIsLookedUpOnceAndAllChunksAreBinary() {
        try (FaultProxy proxy = FaultProxy.to(postgres.host(), postgres.port())) {
            Database far = Database.on(ConnectionFactories.get(postgres.urlThrough(proxy)));
            Bulk<Line> bulk = far.bulk("lines", Line.class);
            Transactions through = Transactions.on(far);
            // Without it one side may answer before the other has sent all that it sends at once.
            proxy.delay(Duration.ofMillis(20));
            long[] first = cost(proxy, bulk, through, 1);

            long[] five = cost(proxy, bulk, through, 5);
            long[] thirty = cost(proxy, bulk, through, 30);

            assertThat(first[0]).as("round trips with the look at the table").isLessThanOrEqualTo(20);
            assertThat(thirty[0] - five[0])
                    .as("round trips of 25 chunks, of which COPY takes two each")
                    .isLessThanOrEqualTo(3 * 25);
            // 10 rows take 203 bytes in binary and 55 as text, and what is sent and answered around them 200.
            assertThat(thirty[1] - five[1]).as("bytes of 25 chunks").isGreaterThan(25 * 350L);
        }
    }
}
