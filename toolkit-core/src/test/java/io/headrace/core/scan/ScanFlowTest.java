package io.headrace.core.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.core.connection.TransactionScope;
import io.headrace.core.dialect.TransactionMode;
import io.headrace.test.FaultProxy;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.IsolationLevel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** When pages are read, on which connection, and what a cancel leaves. */
@PostgresTest
class ScanFlowTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration QUIET = Duration.ofMillis(60);
    private static final String NUMBERS = "SELECT n FROM generate_series(1, :rows) AS n";

    private final TestPostgres postgres;
    private final Counted connections;
    private final Database db;

    ScanFlowTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.connections = new Counted(postgres.connectionFactory());
        this.db = Database.on(connections);
    }

    private static Scan<Long> numbers(Database database, int rows) {
        return database.sql(NUMBERS)
                .bind("rows", rows)
                .as(Long.class)
                .scanBy("n")
                .pageSize(10);
    }

    /** Outside a transaction each page takes a connection, so their number is that of the pages read. */
    @Test
    void noPageIsReadThatWasNotAskedFor() {
        StepVerifier.create(numbers(db, 1_000).readAhead(false).pages(), 0)
                .expectSubscription()
                .expectNoEvent(QUIET)
                .then(() -> assertThat(connections.opened).hasValue(0))
                .thenRequest(1)
                .expectNextCount(1)
                .expectNoEvent(QUIET)
                .then(() -> assertThat(connections.opened).hasValue(1))
                .thenRequest(2)
                .expectNextCount(2)
                .expectNoEvent(QUIET)
                .then(() -> assertThat(connections.opened).hasValue(3))
                .thenCancel()
                .verify(LIMIT);
    }

    @Test
    void onePageAtMostIsReadAhead() {
        StepVerifier.create(numbers(db, 1_000).pages(), 0)
                .expectSubscription()
                .expectNoEvent(QUIET)
                .then(() -> assertThat(connections.opened).hasValue(0))
                .thenRequest(1)
                .expectNextCount(1)
                .expectNoEvent(QUIET)
                .then(() -> assertThat(connections.opened).hasValue(2))
                .thenRequest(1)
                .expectNextCount(1)
                .expectNoEvent(QUIET)
                .then(() -> assertThat(connections.opened).hasValue(3))
                .thenCancel()
                .verify(LIMIT);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSlowReaderHoldsNoConnection(boolean readAhead) {
        StepVerifier.create(numbers(db, 1_000).readAhead(readAhead).pages(), 1)
                .expectNextCount(1)
                .then(() -> awaitBackends(0))
                .thenRequest(1)
                .expectNextCount(1)
                .then(() -> awaitBackends(0))
                .thenCancel()
                .verify(LIMIT);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPageInATransactionIsOneRoundTripOnItsConnection(boolean packed) {
        try (FaultProxy proxy = FaultProxy.to(postgres.host(), postgres.port())) {
            Database through = Database.on(ConnectionFactories.get(postgres.urlThrough(proxy)));
            TransactionMode snapshot = TransactionMode.defaults().withIsolation(IsolationLevel.REPEATABLE_READ);
            Flux<ScanPage<Long>> pages = TransactionScope.of(through.sessions(), snapshot)
                    .flux(session -> numbers(through, 95).packed(packed).pages());
            List<Long> roundTrips = new ArrayList<>();

            StepVerifier.Step<ScanPage<Long>> steps =
                    StepVerifier.create(pages, 0).expectSubscription();
            for (int page = 1; page <= 9; page++) {
                steps = steps.thenRequest(1)
                        .expectNextCount(1)
                        .expectNoEvent(QUIET)
                        .then(() -> roundTrips.add(proxy.roundTrips()));
            }
            steps.thenRequest(1).expectNextCount(1).expectComplete().verify(LIMIT);

            for (int i = 1; i < roundTrips.size(); i++) {
                assertThat(roundTrips.get(i) - roundTrips.get(i - 1)).isEqualTo(1);
            }
        }
    }

    @Test
    void otherStatementsRunBetweenThePagesOfATransaction() {
        Flux<Long> sums = TransactionScope.of(db.sessions(), TransactionMode.defaults())
                .flux(session -> numbers(db, 55)
                        .pages()
                        .concatMap(
                                page -> db.sql("SELECT sum(v) FROM unnest(:values::int8[]) AS v")
                                        .bind("values", page.rows().toArray(Long[]::new))
                                        .as(Long.class)
                                        .one(),
                                1));

        StepVerifier.create(sums)
                .expectNext(55L, 155L, 255L, 355L, 455L, 265L)
                .expectComplete()
                .verify(LIMIT);
        assertThat(connections.opened).hasValue(1);
    }

    @Test
    void aCancelStopsThePageThatIsBeingRead() {
        Scan<Integer> slow = db.sql("SELECT n, pg_sleep(60) FROM generate_series(1, 100) AS n")
                .as((row, metadata) -> 1)
                .scanBy("n");

        StepVerifier.create(slow.flux())
                .expectSubscription()
                .then(() -> awaitActive(1))
                .thenCancel()
                .verify(LIMIT);

        awaitActive(0);
    }

    @Test
    void cancelsAtAnyMomentLeaveNothingBehind() {
        for (int i = 0; i < 60; i++) {
            numbers(db, 100_000)
                    .pageSize(500)
                    .flux()
                    .take(Duration.ofMillis(ThreadLocalRandom.current().nextInt(1, 40)))
                    .then()
                    .block(LIMIT);
        }
        awaitBackends(0);
    }

    @Test
    void anErrorOfTheMapperEndsTheScanAndWhatWasReadAhead() {
        for (int bad : new int[] {5, 15, 25}) {
            Scan<Long> scan = db.sql("SELECT n FROM generate_series(1, 100) AS n")
                    .as((row, metadata) -> {
                        Integer n = row.get(0, Integer.class);
                        if (n == null || n == bad) {
                            throw new IllegalStateException("cannot map");
                        }
                        return n.longValue();
                    })
                    .scanBy("n");

            StepVerifier.create(scan.pageSize(10).flux().then())
                    .expectErrorMessage("cannot map")
                    .verify(LIMIT);
        }
        awaitBackends(0);
    }

    @Test
    void aLostConnectionIsAnErrorAndTheScanGoesOnFromTheLastPage() {
        try (FaultProxy proxy = FaultProxy.to(postgres.host(), postgres.port())) {
            Database through = Database.on(ConnectionFactories.get(postgres.urlThrough(proxy)));
            Scan<Long> scan = numbers(through, 40).readAhead(false);
            List<ScanPage<Long>> seen = new ArrayList<>();

            StepVerifier.create(scan.pages(), 2)
                    .consumeNextWith(seen::add)
                    .consumeNextWith(seen::add)
                    .then(proxy::refuse)
                    .thenRequest(1)
                    .expectError()
                    .verify(LIMIT);
            proxy.forward();

            StepVerifier.create(scan.after(seen.get(1).lastKey()).flux().count())
                    .expectNext(20L)
                    .expectComplete()
                    .verify(LIMIT);
        }
    }

    @Test
    void aScanMayBeSubscribedAgain() {
        Scan<Long> scan = numbers(db, 35);

        assertThat(scan.flux().count().block(LIMIT)).isEqualTo(35);
        assertThat(Flux.merge(scan.flux(), scan.flux(), scan.flux()).count().block(LIMIT))
                .isEqualTo(105);
    }

    private void awaitBackends(int count) {
        await(() -> postgres.backends().size(), count);
    }

    private void awaitActive(int count) {
        await(
                () -> (int) postgres.backends().stream()
                        .filter(backend -> backend.state().equals("active"))
                        .count(),
                count);
    }

    private static void await(Supplier<Integer> actual, int expected) {
        Mono.fromSupplier(actual)
                .subscribeOn(Schedulers.boundedElastic())
                .filter(found -> found == expected)
                .repeatWhenEmpty(400, retries -> retries.delayElements(Duration.ofMillis(25)))
                .switchIfEmpty(Mono.error(() -> new AssertionError("still " + actual.get())))
                .block(LIMIT);
    }

    private static final class Counted implements ConnectionFactory {
        private final ConnectionFactory origin;
        private final AtomicInteger opened = new AtomicInteger();

        Counted(ConnectionFactory origin) {
            this.origin = origin;
        }

        @Override
        public Publisher<? extends Connection> create() {
            return Mono.defer(() -> {
                opened.incrementAndGet();
                return Mono.fromDirect(origin.create());
            });
        }

        @Override
        public ConnectionFactoryMetadata getMetadata() {
            return origin.getMetadata();
        }
    }
}
