package io.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.core.connection.SessionEndedException;
import io.headrace.core.connection.TransactionScope;
import io.headrace.core.dialect.TransactionMode;
import io.headrace.core.error.OpenStreamException;
import io.headrace.core.error.StatementQueueFullException;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** More statements at once on one connection than its driver takes: the others wait in the session, in order. */
@PostgresTest
class StatementLimitTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final TestPostgres postgres;

    StatementLimitTest(TestPostgres postgres) {
        this.postgres = postgres;
    }

    @BeforeEach
    void createNumbers() {
        postgres.execute("DROP TABLE IF EXISTS numbers; CREATE TABLE numbers (n int4 NOT NULL, place serial)");
    }

    private Database database(int inFlight, int waiting) {
        return Database.on(
                postgres.connectionFactory(), DatabaseConfig.defaults().withStatementLimits(inFlight, waiting));
    }

    private static Mono<Long> insert(Database db, int n) {
        return db.sql("INSERT INTO numbers (n) VALUES (:n)").bind("n", n).update();
    }

    private static Mono<Integer> sleep(Database db, double seconds) {
        return db.sql("SELECT 1 FROM pg_sleep(:seconds)")
                .bind("seconds", seconds)
                .as(Integer.class)
                .one();
    }

    private static <T> Mono<T> inTransaction(Database db, Mono<T> body) {
        return TransactionScope.of(db.sessions(), TransactionMode.defaults()).mono(session -> body);
    }

    @Test
    void aThousandUpdatesAtOnceInOneTransactionAllSucceed() {
        Database db = Database.on(postgres.connectionFactory());

        StepVerifier.create(inTransaction(
                        db,
                        Flux.range(0, 1_000).flatMap(n -> insert(db, n), 1_000).reduce(0L, Long::sum)))
                .expectNext(1_000L)
                .expectComplete()
                .verify(LIMIT);

        assertThat(postgres.queryLong("SELECT count(*) FROM numbers")).isEqualTo(1_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 128, 224})
    void theyRunInTheOrderInWhichTheyWereStarted(int inFlight) {
        Database db = database(inFlight, 1_000);

        inTransaction(db, Flux.range(0, 500).flatMap(n -> insert(db, n), 500).then())
                .block(LIMIT);

        assertThat(postgres.queryLong("SELECT count(*) FROM numbers")).isEqualTo(500);
        assertThat(postgres.queryLong("SELECT count(*) FROM numbers WHERE n <> place - 1"))
                .isZero();
    }

    @Test
    void oneThatMayNotWaitIsRefusedWithTheNumbers() {
        Database db = database(4, 10);
        AtomicInteger refused = new AtomicInteger();

        StepVerifier.create(inTransaction(
                        db,
                        sleep(db, 0)
                                .thenMany(Flux.range(0, 20))
                                .flatMap(
                                        n -> insert(db, n)
                                                .doOnError(
                                                        error -> assertThat(error)
                                                                .isInstanceOf(StatementQueueFullException.class)
                                                                .hasMessageContaining(
                                                                        "INSERT INTO numbers (n) VALUES (:n)")
                                                                .hasMessageContaining(
                                                                        "4 statements are in flight (limit 4) and 10 are waiting (limit 10)"))
                                                .onErrorResume(StatementQueueFullException.class, error -> {
                                                    refused.incrementAndGet();
                                                    return Mono.empty();
                                                }),
                                        20)
                                .reduce(0L, Long::sum)))
                .expectNext(14L)
                .expectComplete()
                .verify(LIMIT);

        assertThat(refused).hasValue(6);
    }

    @Test
    void oneThatIsCancelledWhileItWaitsIsNeverSentAndMakesRoom() {
        Database db = database(1, 2);
        Mono<Long> body = Mono.deferContextual(context -> {
            Sinks.Empty<Void> slept = Sinks.empty();
            sleep(db, 0.3).contextWrite(context).subscribe(ignored -> {}, error -> {}, slept::tryEmitEmpty);
            List<Disposable> waiting = new ArrayList<>();
            for (int n = 0; n < 50; n++) {
                waiting.add(insert(db, n).contextWrite(context).subscribe());
                waiting.add(insert(db, n).contextWrite(context).subscribe());
                waiting.forEach(Disposable::dispose);
            }
            return insert(db, 100).flatMap(rows -> slept.asMono().thenReturn(rows));
        });

        StepVerifier.create(inTransaction(db, body))
                .expectNext(1L)
                .expectComplete()
                .verify(LIMIT);

        assertThat(postgres.queryLong("SELECT sum(n) FROM numbers")).isEqualTo(100);
    }

    @Test
    void thoseThatWaitAtTheEndOfTheTransactionAreAnswered() {
        Database db = database(1, 100);
        ConcurrentLinkedQueue<Throwable> errors = new ConcurrentLinkedQueue<>();
        Mono<Integer> body = Mono.deferContextual(context -> {
            sleep(db, 0.2).contextWrite(context).subscribe();
            IntStream.range(0, 20)
                    .forEach(n -> insert(db, n).contextWrite(context).subscribe(ignored -> {}, errors::add));
            return Mono.just(1);
        });

        StepVerifier.create(inTransaction(db, body))
                .expectNext(1)
                .expectComplete()
                .verify(LIMIT);

        assertThat(errors).hasSize(20).allMatch(SessionEndedException.class::isInstance);
        assertThat(postgres.queryLong("SELECT count(*) FROM numbers")).isZero();
    }

    @Test
    void thoseThatWaitWhenTheTransactionIsCancelledAreNeverSent() {
        Database db = database(1, 1_000);

        StepVerifier.create(inTransaction(
                        db, sleep(db, 30).then().and(Flux.range(0, 500).flatMap(n -> insert(db, n), 500))))
                .expectSubscription()
                .thenAwait(Duration.ofMillis(300))
                .thenCancel()
                .verify(LIMIT);

        Mono.fromSupplier(postgres::backends)
                .subscribeOn(Schedulers.boundedElastic())
                .filter(List::isEmpty)
                .repeatWhenEmpty(200, retries -> retries.delayElements(Duration.ofMillis(25)))
                .block(LIMIT);
        // A rollback would hide rows, but gives no number of a sequence back.
        assertThat(postgres.queryString("SELECT is_called::text FROM numbers_place_seq"))
                .isEqualTo("false");
    }

    @Test
    void thousandsThatEndAtOnceDoNotOverflowTheStack() {
        Database db = database(1, 10_000);
        Mono<Long> body = db.sessions()
                .use(session -> session.run(connection -> Mono.delay(Duration.ofMillis(100)))
                        .then()
                        .and(Flux.range(0, 10_000)
                                .flatMap(
                                        n -> session.run(connection -> Mono.just(n))
                                                .then(),
                                        10_000)))
                .then(Mono.just(1L));

        StepVerifier.create(body).expectNext(1L).expectComplete().verify(LIMIT);
    }

    /** Refusals, waits and cancels from several threads at once: all are answered, and the transaction can still end. */
    @Test
    void manyThreadsOnOneSessionAreAllAnswered() {
        Database db = database(8, 64);
        AtomicInteger kept = new AtomicInteger();
        Mono<Void> body = Flux.range(0, 2_000)
                .flatMap(n -> randomWork(db, n, kept).subscribeOn(Schedulers.boundedElastic()), 32)
                // The crowd may be refused to the last one, but it leaves a connection that works.
                .then(insert(db, 2_000).doOnNext(rows -> kept.incrementAndGet()))
                .then();

        for (int round = 0; round < 5; round++) {
            StepVerifier.create(inTransaction(db, body)).expectComplete().verify(LIMIT);
        }
        assertThat(kept).hasPositiveValue();
        assertThat(postgres.queryLong("SELECT count(*) FROM numbers")).isGreaterThanOrEqualTo(kept.get());
    }

    private static Mono<Void> randomWork(Database db, int n, AtomicInteger kept) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        Flux<Integer> stream = db.sql("SELECT n FROM generate_series(1, :rows) AS n")
                .bind("rows", random.nextInt(1, 600))
                .as(Integer.class)
                .flux();
        Mono<?> work =
                switch (random.nextInt(5)) {
                    case 0 -> stream.limitRate(10).count();
                    case 1 -> stream.take(random.nextInt(1, 50)).count();
                    case 2 -> stream.collectList();
                    case 3 ->
                        insert(db, n)
                                .timeout(Duration.ofNanos(random.nextLong(1, 3_000_000)), Mono.empty())
                                .onErrorComplete(java.util.concurrent.TimeoutException.class);
                    default -> insert(db, n).doOnNext(rows -> kept.incrementAndGet());
                };
        return work.then()
                .onErrorComplete(
                        error -> error instanceof OpenStreamException || error instanceof StatementQueueFullException);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "256, 1", "-1, 1", "1, -1"})
    void limitsOutOfRangeAreRefused(int inFlight, int waiting) {
        DatabaseConfig config = DatabaseConfig.defaults();

        assertThatThrownBy(() -> config.withStatementLimits(inFlight, waiting))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("was");
    }
}
