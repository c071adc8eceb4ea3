package io.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.connection.TransactionScope;
import io.headrace.core.dialect.TransactionMode;
import io.headrace.core.error.OpenStreamException;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** A second statement on a connection whose rows are being read on demand: refused at once, and never a hang. */
@PostgresTest
class OpenStreamTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    record Item(int id, int copies) {}

    private final TestPostgres postgres;
    private final Database db;

    OpenStreamTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.db = Database.on(postgres.connectionFactory());
    }

    @BeforeEach
    void createItems() {
        postgres.execute("DROP TABLE IF EXISTS items; CREATE TABLE items (id int4 PRIMARY KEY, copies int4 NOT NULL)");
    }

    private Flux<Integer> numbers(int rows) {
        return db.sql("SELECT n FROM generate_series(1, :rows) AS n")
                .bind("rows", rows)
                .as(Integer.class)
                .flux();
    }

    private Mono<Integer> one(int value) {
        return db.sql("SELECT :value::int4")
                .bind("value", value)
                .as(Integer.class)
                .one();
    }

    private <T> Mono<T> inTransaction(Mono<T> body) {
        return TransactionScope.of(db.sessions(), TransactionMode.defaults()).mono(session -> body);
    }

    private <T> void refused(Flux<T> body) {
        StepVerifier.create(inTransaction(body.then()))
                .expectError(OpenStreamException.class)
                .verify(LIMIT);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 100, 5_000})
    void aQueryPerRowIsRefusedWhateverTheNumberOfRows(int rows) {
        refused(numbers(rows).concatMap(this::one));
        refused(numbers(rows).flatMap(this::one, 256));
        refused(numbers(rows).delayUntil(this::one));
    }

    @Test
    void theErrorNamesBothStatementsAndWhereTheyComeFromAndNoValue() {
        Mono<Integer> body = db.sql("SELECT n FROM generate_series(1, :rows) AS n")
                .bind("rows", 4711)
                .as(Integer.class)
                .flux()
                .concatMap(n -> db.sql("SELECT :value::int4 + 1")
                        .named("items.increment")
                        .bind("value", 4712)
                        .as(Integer.class)
                        .one())
                .then(Mono.just(1));

        StepVerifier.create(inTransaction(body))
                .expectErrorSatisfies(error -> assertThat(error)
                        .hasMessageStartingWith("statement 'items.increment' (first described at OpenStreamTest."
                                + "theErrorNamesBothStatementsAndWhereTheyComeFromAndNoValue(OpenStreamTest.java:")
                        .hasMessageContaining("'SELECT n FROM generate_series(1, :rows) AS n'")
                        .hasMessageContaining("collectList()")
                        .hasMessageNotContainingAny("4711", "4712"))
                .verify(LIMIT);
    }

    @Test
    void twoStreamsReadSideBySideAreRefused() {
        refused(Flux.zip(numbers(100), numbers(100)));
    }

    @Test
    void aStatementPerPartitionIsRefused() {
        refused(db.sql("SELECT n FROM generate_series(1, 10) AS n")
                .as(Integer.class)
                .partitions(3)
                .concatMap(partition -> one(partition.size())));
    }

    @Test
    void aResultReadInOnePieceIsLikeAnyOther() {
        refused(db.sql("SHOW ALL")
                .as((row, metadata) -> row.get(0, String.class))
                .flux()
                .concatMap(name -> one(1)));
    }

    @Test
    void collectedQueriesRunSideBySide() {
        StepVerifier.create(inTransaction(Mono.zip(
                        numbers(3_000).collectList(),
                        numbers(2_000).collectList(),
                        one(7),
                        numbers(500).count())))
                .assertNext(all -> {
                    assertThat(all.getT1()).hasSize(3_000);
                    assertThat(all.getT2()).hasSize(2_000);
                    assertThat(all.getT3()).isEqualTo(7);
                    assertThat(all.getT4()).isEqualTo(500);
                })
                .expectComplete()
                .verify(LIMIT);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 100, 700})
    void aQueryPerRowOfAStreamWithoutBoundQueuesBehindIt(int rows) {
        StepVerifier.create(inTransaction(
                        numbers(rows).flatMap(this::one, Integer.MAX_VALUE).count()))
                .expectNext((long) rows)
                .expectComplete()
                .verify(Duration.ofSeconds(60));
    }

    @Test
    void rowsThatWereCollectedMayBeWorkedOn() {
        StepVerifier.create(inTransaction(numbers(300)
                        .collectList()
                        .flatMapMany(Flux::fromIterable)
                        .concatMap(this::one)
                        .count()))
                .expectNext(300L)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void aStatementBehindACutOffStreamIsTaken() {
        StepVerifier.create(inTransaction(
                        numbers(100_000).take(3).collectList().then(one(2)).flatMap(this::one)))
                .expectNext(2)
                .expectComplete()
                .verify(LIMIT);
        StepVerifier.create(inTransaction(db.sql("SELECT n FROM generate_series(1, 100000) AS n")
                        .as(Integer.class)
                        .first()
                        .flatMap(this::one)))
                .expectNext(1)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void aStatementBehindAFailedStreamIsTaken() {
        Mono<Integer> body = numbers(10)
                .<Integer>map(n -> {
                    throw new IllegalStateException("mapping " + n);
                })
                .limitRate(2)
                .then(Mono.<Integer>empty())
                .onErrorResume(IllegalStateException.class, error -> one(5));

        StepVerifier.create(inTransaction(body)).expectNext(5).expectComplete().verify(LIMIT);
    }

    @Test
    void aStreamWhoseRestIsAskedForLaterLetsOthersQueue() {
        Mono<Integer> body = Mono.defer(() -> {
            Sinks.One<Integer> rows = Sinks.one();
            return Mono.deferContextual(context -> {
                BaseSubscriber<Integer> stepwise = new BaseSubscriber<>() {
                    private int seen;

                    @Override
                    protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {
                        request(5);
                    }

                    @Override
                    protected void hookOnNext(Integer row) {
                        if (++seen == 5) {
                            requestUnbounded();
                        }
                    }

                    @Override
                    protected void hookOnComplete() {
                        rows.tryEmitValue(seen).orThrow();
                    }
                };
                numbers(1_000).contextWrite(context).subscribe(stepwise);
                return one(1).onErrorReturn(OpenStreamException.class, -1)
                        .flatMap(refused -> rows.asMono().flatMap(seen -> one(refused + seen)));
            });
        });

        StepVerifier.create(inTransaction(body))
                .expectNext(999)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void aRefusalThatIsHandledLeavesTheStreamAndTheTransactionAlone() {
        Mono<Long> body = numbers(1_000)
                .concatMap(n -> one(n).onErrorReturn(OpenStreamException.class, -n))
                .filter(n -> n < 0)
                .count()
                .flatMap(count -> db.sql("INSERT INTO items VALUES (1, :copies)")
                        .bind("copies", count.intValue())
                        .update());

        StepVerifier.create(inTransaction(body)).expectNext(1L).expectComplete().verify(LIMIT);

        assertThat(postgres.queryLong("SELECT copies FROM items")).isEqualTo(1_000);
    }

    @Test
    void aRefusalRollsTheTransactionBack() {
        Mono<Void> body = db.sql("INSERT INTO items VALUES (1, 1)")
                .update()
                .thenMany(numbers(5_000))
                .concatMap(this::one)
                .then();

        StepVerifier.create(inTransaction(body))
                .expectError(OpenStreamException.class)
                .verify(LIMIT);

        assertThat(postgres.queryLong("SELECT count(*) FROM items")).isZero();
    }

    @Test
    void outsideATransactionEachStatementHasItsOwnConnection() {
        StepVerifier.create(numbers(100).concatMap(this::one).count())
                .expectNext(100L)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void aStreamThatNobodyHasAskedForRowsBlocksNobody() {
        Mono<Integer> body = Mono.deferContextual(context -> {
            BaseSubscriber<Integer> idle = new BaseSubscriber<>() {
                @Override
                protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {}
            };
            numbers(10).contextWrite(context).subscribe(idle);
            return one(3).doOnNext(value -> idle.cancel());
        });

        StepVerifier.create(inTransaction(body)).expectNext(3).expectComplete().verify(LIMIT);
    }

    @Test
    void aBulkFedByRowsOfItsOwnTransactionIsRefusedWhereItWouldHang() {
        Flux<Item> rows = numbers(25_000).map(n -> new Item(n, 1));

        refused(db.bulk("items", Item.class).insert(rows).flux());

        assertThat(postgres.queryLong("SELECT count(*) FROM items")).isZero();
    }

    @Test
    void aBulkFedByAQueryPerRowOfItsOwnTransactionWorks() {
        Flux<Item> rows = Flux.range(1, 200).flatMap(n -> one(n).map(value -> new Item(value, 1)), 16);

        StepVerifier.create(inTransaction(db.bulk("items", Item.class).insert(rows)))
                .assertNext(result -> assertThat(result.rows()).isEqualTo(200))
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void aBulkOutsideATransactionReadsItsRowsOnAnotherConnection() {
        StepVerifier.create(db.bulk("items", Item.class).insert(numbers(25_000).map(n -> new Item(n, 1))))
                .assertNext(result -> assertThat(result.rows()).isEqualTo(25_000))
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void aBulkFedByCollectedRowsWorks() {
        Mono<List<Integer>> collected = numbers(25_000).collectList();

        StepVerifier.create(inTransaction(collected.flatMap(all -> db.bulk("items", Item.class)
                        .insert(Flux.fromIterable(all).map(n -> new Item(n, 1))))))
                .assertNext(result -> assertThat(result.rows()).isEqualTo(25_000))
                .expectComplete()
                .verify(LIMIT);
    }
}
