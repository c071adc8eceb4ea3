package io.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.connection.TransactionScope;
import io.headrace.core.dialect.TransactionMode;
import io.headrace.core.error.RowCountException;
import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.observe.Recorder;
import io.headrace.core.observe.StatementEnd;
import io.headrace.core.observe.StatementKind;
import io.headrace.core.observe.StatementLabel;
import io.headrace.core.observe.StatementListener;
import io.headrace.core.observe.StatementObserver;
import io.headrace.core.observe.StatementOutcome;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.util.context.Context;

/** What a listener hears of a statement, for each way in which it can go and end. */
@PostgresTest
class StatementListenerTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    record Item(int id, String name) {}

    private final TestPostgres postgres;
    private final Recorder recorder = new Recorder();
    private final Database db;

    StatementListenerTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.db = Database.on(
                postgres.connectionFactory(), DatabaseConfig.defaults().withListener(recorder));
    }

    @BeforeEach
    void createItems() {
        postgres.execute("DROP TABLE IF EXISTS items; CREATE TABLE items (id int4 PRIMARY KEY, name text)");
    }

    private static Query<Integer> numbers(Database db, int rows) {
        return db.sql("SELECT n FROM generate_series(1, :rows) AS n")
                .bind("rows", rows)
                .as(Integer.class);
    }

    private static <T> Mono<T> inTransaction(Database db, Mono<T> body) {
        return TransactionScope.of(db.sessions(), TransactionMode.defaults()).mono(session -> body);
    }

    private void awaitDrain() {
        Mono.fromSupplier(() -> recorder.drains)
                .filter(drains -> !drains.isEmpty())
                .repeatWhenEmpty(200, retries -> retries.delayElements(Duration.ofMillis(25)))
                .block(LIMIT);
    }

    @Test
    void aStreamIsHeardOfFromItsStartToItsLastRow() {
        numbers(db, 700).flux().blockLast(LIMIT);

        assertThat(recorder.calls).containsExactly("started", "sent", "firstRow", "ended");
        StatementEnd end = recorder.onlyEnd();
        assertThat(end.outcome()).isEqualTo(StatementOutcome.COMPLETED);
        assertThat(end.rows()).isEqualTo(700);
        assertThat(end.waited()).isPositive().isLessThanOrEqualTo(end.toFirstRow());
        assertThat(end.toFirstRow()).isPositive().isLessThanOrEqualTo(end.total());
        assertThat(end.error()).isNull();
        assertThat(end.start().label().text()).isEqualTo("SELECT n FROM generate_series(1, :rows) AS n");
        assertThat(end.start().label().callSite()).contains("StatementListenerTest.numbers(");
        assertThat(end.start().database()).isEqualTo("PostgreSQL");
        assertThat(end.start().inTransaction()).isFalse();
        assertThat(end.toString()).doesNotContain("700)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"one", "optional", "first"})
    void aSingleRowIsACompletedStatement(String shape) {
        Query<Integer> query = numbers(db, 1);
        Mono<Integer> row =
                switch (shape) {
                    case "one" -> query.one();
                    case "optional" -> query.optional();
                    default -> query.first();
                };

        row.block(LIMIT);

        assertThat(recorder.calls).containsExactly("started", "sent", "firstRow", "ended");
        assertThat(recorder.onlyEnd().outcome()).isEqualTo(StatementOutcome.COMPLETED);
        assertThat(recorder.onlyEnd().rows()).isEqualTo(1);
    }

    @Test
    void theFirstOfManyRowsIsACompletedStatement() {
        numbers(db, 100_000).first().block(LIMIT);

        assertThat(recorder.onlyEnd().outcome()).isEqualTo(StatementOutcome.COMPLETED);
        assertThat(recorder.onlyEnd().rows()).isEqualTo(1);
        assertThat(recorder.drains).isEmpty();
    }

    @Test
    void partitionsAreCountedByTheirRows() {
        numbers(db, 25).partitions(10).blockLast(LIMIT);

        assertThat(recorder.onlyEnd().rows()).isEqualTo(25);
    }

    @Test
    void anUpdateCountsTheRowsItAffectsAndHasNoFirstRow() {
        db.sql("INSERT INTO items SELECT n, 'x' FROM generate_series(1, 12) AS n")
                .named("items.fill")
                .update()
                .block(LIMIT);

        assertThat(recorder.calls).containsExactly("started", "sent", "ended");
        assertThat(recorder.onlyEnd().rows()).isEqualTo(12);
        assertThat(recorder.onlyEnd().start().kind()).isEqualTo(StatementKind.UPDATE);
        assertThat(recorder.onlyEnd().start().label().name()).isEqualTo("items.fill");
    }

    @Test
    void aBulkIsOneStatement() {
        db.bulk("items", Item.class)
                .insert(Flux.range(1, 20_000).map(n -> new Item(n, "x")))
                .block(LIMIT);

        assertThat(recorder.calls).containsExactly("started", "sent", "ended");
        assertThat(recorder.onlyEnd().rows()).isEqualTo(20_000);
        assertThat(recorder.onlyEnd().start().kind()).isEqualTo(StatementKind.BULK);
    }

    @Test
    void aStatementOfATransactionSaysSo() {
        inTransaction(db, numbers(db, 1).one()).block(LIMIT);

        assertThat(recorder.onlyEnd().start().inTransaction()).isTrue();
    }

    @Test
    void aStatementThatTheServerRefusesHasFailedWithAKind() {
        SqlStatement insert = db.sql("INSERT INTO items VALUES (1, 'x')");

        insert.update().then(insert.update()).as(StepVerifier::create).verifyError();

        StatementEnd end = recorder.ends.get(1);
        assertThat(end.outcome()).isEqualTo(StatementOutcome.FAILED);
        assertThat(end.errorKind()).contains(SqlErrorKind.UNIQUE_VIOLATION);
        assertThat(end.rows()).isZero();
    }

    @Test
    void aResultOfTheWrongShapeIsAFailure() {
        numbers(db, 2).one().as(StepVerifier::create).verifyError(RowCountException.class);

        assertThat(recorder.onlyEnd().outcome()).isEqualTo(StatementOutcome.FAILED);
        assertThat(recorder.onlyEnd().error()).isInstanceOf(RowCountException.class);
    }

    @Test
    void aStatementThatCannotBeSentHasFailedWithoutAWait() {
        db.sql("SELECT :missing")
                .as(Integer.class)
                .one()
                .as(StepVerifier::create)
                .verifyError();

        assertThat(recorder.calls).containsExactly("started", "ended");
        assertThat(recorder.onlyEnd().waited()).isNull();
    }

    @Test
    void aCancelledStreamTellsItsRowsAndWhenItsConnectionIsQuiet() {
        inTransaction(db, numbers(db, 100_000).flux().take(10).then().thenReturn(1))
                .block(LIMIT);
        awaitDrain();

        assertThat(recorder.calls).containsExactly("started", "sent", "firstRow", "ended", "drained");
        assertThat(recorder.onlyEnd().outcome()).isEqualTo(StatementOutcome.CANCELLED);
        assertThat(recorder.onlyEnd().rows()).isEqualTo(10);
        assertThat(recorder.drains).containsExactly(false);
    }

    @Test
    void aCancelledStatementOutsideATransactionIsStoppedOnTheServer() {
        StepVerifier.create(db.sql("SELECT 1 FROM pg_sleep(:seconds)")
                        .bind("seconds", 60)
                        .as(Integer.class)
                        .one())
                .expectSubscription()
                .thenAwait(Duration.ofMillis(500))
                .thenCancel()
                .verify(LIMIT);
        awaitDrain();

        assertThat(recorder.calls).containsExactly("started", "sent", "ended", "drained");
        assertThat(recorder.drains).containsExactly(true);
    }

    @Test
    void aCancelWhileItWaitsForAConnectionHasNoWaitToTell() {
        ConnectionFactory origin = postgres.connectionFactory();
        Database waiting = Database.on(
                new ConnectionFactory() {
                    @Override
                    public Publisher<? extends Connection> create() {
                        return Mono.never();
                    }

                    @Override
                    public ConnectionFactoryMetadata getMetadata() {
                        return origin.getMetadata();
                    }
                },
                db.config());

        StepVerifier.create(numbers(waiting, 1).flux())
                .expectSubscription()
                .thenCancel()
                .verify(LIMIT);

        assertThat(recorder.calls).containsExactly("started", "ended");
        assertThat(recorder.onlyEnd().outcome()).isEqualTo(StatementOutcome.CANCELLED);
        assertThat(recorder.onlyEnd().waited()).isNull();
    }

    @Test
    void aCancelWhileItWaitsForAPlaceIsOverAtOnce() {
        Database narrow = Database.on(postgres.connectionFactory(), db.config().withStatementLimits(1, 10));
        Mono<Long> sleep = narrow.sql("SELECT FROM pg_sleep(0.3)").update();
        Mono<Long> behind =
                narrow.sql("INSERT INTO items VALUES (1, 'x')").update().timeout(Duration.ofMillis(50), Mono.just(-1L));

        inTransaction(narrow, sleep.zipWith(behind)).block(LIMIT);

        assertThat(recorder.calls).containsExactly("started", "sent", "started", "ended", "ended");
        assertThat(recorder.ends)
                .extracting(StatementEnd::outcome)
                .containsExactly(StatementOutcome.CANCELLED, StatementOutcome.COMPLETED);
    }

    @Test
    void everyStatementEndsExactlyOnceWheneverItIsCancelled() {
        Random random = new Random(3);
        int statements = 150;

        Flux.range(0, statements)
                .flatMap(
                        n -> numbers(db, 1_000)
                                .flux()
                                .take(Duration.ofNanos((long) (Math.pow(random.nextDouble(), 2) * 60_000_000) + 1))
                                .then(),
                        4)
                .blockLast(Duration.ofSeconds(60));

        assertThat(recorder.starts).hasSize(statements);
        assertThat(recorder.ends).hasSize(statements);
    }

    @Test
    void aListenerThatThrowsHarmsNobody() {
        StatementListener broken = (start, context) -> {
            throw new IllegalStateException("start");
        };
        StatementListener brokenLater = (start, context) -> new StatementObserver() {
            @Override
            public Context contextWrite(Context context) {
                throw new IllegalStateException("context");
            }

            @Override
            public void sent(Duration wait) {
                throw new IllegalStateException("sent");
            }

            @Override
            public void ended(StatementEnd end) {
                throw new IllegalStateException("end");
            }
        };
        Database watched = Database.on(
                postgres.connectionFactory(),
                DatabaseConfig.defaults()
                        .withListener(broken)
                        .withListener(brokenLater)
                        .withListener(recorder));

        StepVerifier.create(numbers(watched, 1).one())
                .expectNext(1)
                .expectComplete()
                .verify(LIMIT);

        assertThat(recorder.calls).containsExactly("started", "sent", "firstRow", "ended");
    }

    @Test
    void listenersAreToldInTheOrderInWhichTheyWereAdded() {
        List<Integer> order = new ArrayList<>();
        Database watched = Database.on(
                postgres.connectionFactory(),
                DatabaseConfig.defaults()
                        .withListener(StatementListener.onEnd(end -> order.add(1)))
                        .withListener(StatementListener.onEnd(end -> order.add(2))));

        numbers(watched, 1).one().block(LIMIT);

        assertThat(order).containsExactly(1, 2);
    }

    @Test
    void withoutAListenerNothingIsAdded() {
        Database silent = Database.on(postgres.connectionFactory());
        Flux<Integer> rows = Flux.just(1);
        Mono<Long> update = Mono.just(1L);
        StatementLabel label = StatementLabel.of("SELECT 1");

        assertThat(silent.sessions().observed(label, StatementKind.ROWS, row -> 1, rows))
                .isSameAs(rows);
        assertThat(silent.sessions().observed(label, StatementKind.UPDATE, Long::longValue, update))
                .isSameAs(update);
    }
}
