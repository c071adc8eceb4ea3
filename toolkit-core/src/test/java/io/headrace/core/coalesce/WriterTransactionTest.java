package io.headrace.core.coalesce;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.core.connection.TransactionScope;
import io.headrace.core.dialect.TransactionMode;
import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.util.function.Tuple2;

/** Rows written inside a transaction belong to it, and a bad one leaves it usable. */
@PostgresTest
class WriterTransactionTest {

    record Event(long id, String name) {}

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final TestPostgres postgres;
    private final RecordingFactory connections;
    private final Database db;
    private final Writer<Event> writer;

    WriterTransactionTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.connections = new RecordingFactory(postgres.connectionFactory());
        this.db = Database.on(connections);
        this.writer = db.writer("events", Event.class);
    }

    @BeforeEach
    void createTable() {
        postgres.execute("DROP TABLE IF EXISTS events");
        postgres.execute("CREATE TABLE events (id int8 PRIMARY KEY, name text NOT NULL)");
    }

    @AfterEach
    void closeConnections() {
        connections.close();
    }

    private <T> Mono<T> transaction(Mono<T> body) {
        return TransactionScope.of(db.sessions(), TransactionMode.defaults()).mono(session -> body);
    }

    private Mono<Void> write(long id) {
        return writer.write(new Event(id, "e" + id));
    }

    private long count() {
        return postgres.queryLong("SELECT count(*) FROM events");
    }

    @Test
    void aRowIsThereForItsTransactionAndForOthersAfterTheCommit() {
        Mono<Long> seen = db.sql("SELECT count(*) FROM events").as(Long.class).one();
        Mono<Long> seenOutside = Mono.fromFuture(() -> seen.toFuture());

        StepVerifier.create(transaction(write(1).then(Mono.zip(seen, seenOutside))))
                .assertNext(counts -> {
                    assertThat(counts.getT1()).isEqualTo(1);
                    assertThat(counts.getT2()).isZero();
                })
                .expectComplete()
                .verify(LIMIT);

        assertThat(count()).isEqualTo(1);
        assertThat(writer.queues().transactions()).isZero();
    }

    @Test
    void badRowsLeaveTheTransactionAndTheOtherRowsAsTheyAre() {
        Mono<Long> written = Flux.range(1, 100)
                .flatMap(
                        n -> write(n % 10 == 0 ? 1 : n)
                                .thenReturn(true)
                                .onErrorResume(
                                        error -> SqlErrors.kindOf(error) == SqlErrorKind.UNIQUE_VIOLATION,
                                        error -> Mono.just(false)),
                        100)
                .filter(ok -> ok)
                .count();

        StepVerifier.create(transaction(written.flatMap(ok -> write(1_000).thenReturn(ok))))
                .expectNext(90L)
                .expectComplete()
                .verify(LIMIT);

        assertThat(count()).isEqualTo(91);
    }

    @Test
    void aRollbackTakesTheRowsWithItAndLeavesThoseOfOthers() {
        Mono<Void> failing = transaction(
                Flux.range(1, 20).flatMap(n -> write(n), 20).then(Mono.error(new IllegalStateException("on purpose"))));
        CompletableFuture<Void> outside = write(1_000).toFuture();

        StepVerifier.create(failing).verifyErrorMessage("on purpose");

        assertThat(outside).succeedsWithin(LIMIT);
        assertThat(count()).isEqualTo(1);
    }

    @Test
    void manyTransactionsAndOthersAtATimeKeepTheirRowsApart() {
        Flux<Long> committed = Flux.range(0, 40)
                .flatMap(
                        n -> transaction(Flux.range(0, 10)
                                .flatMap(i -> write(n * 100L + i), 10)
                                .then(Mono.just(1L))),
                        8);
        Flux<Long> rolledBack = Flux.range(0, 40)
                .flatMap(
                        n -> transaction(Flux.range(0, 10)
                                        .flatMap(i -> write(100_000 + n * 100L + i), 10)
                                        .then(Mono.<Long>error(new IllegalStateException("on purpose"))))
                                .onErrorResume(IllegalStateException.class, error -> Mono.just(1L)),
                        8);
        Flux<Long> outside =
                Flux.range(0, 1_000).flatMap(n -> write(1_000_000L + n).thenReturn(1L), 16);

        StepVerifier.create(Flux.merge(committed, rolledBack, outside).count())
                .expectNext(1_080L)
                .expectComplete()
                .verify(LIMIT);

        assertThat(count()).isEqualTo(400 + 1_000);
        assertThat(postgres.queryLong("SELECT count(*) FROM events WHERE id BETWEEN 100000 AND 999999"))
                .isZero();
        assertThat(writer.queues().transactions()).isZero();
    }

    /** A rollback to the savepoint of a refused row must not take with it what another statement was told to be done. */
    @Test
    void aStatementBesideARefusedRowIsKeptOrToldThatItFailed() {
        postgres.execute("DROP TABLE IF EXISTS notes; CREATE TABLE notes (n int8)");
        Mono<Long> idle = db.sql("SELECT 1").as(Long.class).one();
        Mono<Long> note = db.sql("INSERT INTO notes VALUES (1)").update().onErrorReturn(0L);
        Mono<Boolean> refused = Mono.defer(
                        () -> db.writer("events", Event.class).write(new Event(1, "again")))
                .then(Mono.just(true))
                .onErrorReturn(false);

        Long told = transaction(write(1).then(Flux.range(0, 50)
                        .concatMap(n -> idle.then(Mono.zip(refused, note)))
                        .map(Tuple2::getT2)
                        .reduce(0L, Long::sum)))
                .block(LIMIT);

        assertThat(postgres.queryLong("SELECT count(*) FROM notes")).isEqualTo(told);
        assertThat(count()).isEqualTo(1);
    }

    @Test
    void aCancelledTransactionLeavesNothingAndTheWriterGoesOn() {
        postgres.execute("CREATE OR REPLACE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$ BEGIN IF NEW.id = 7 THEN PERFORM pg_sleep(60); END IF; RETURN NEW; END $$");
        postgres.execute("CREATE TRIGGER wait BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION wait()");

        StepVerifier.create(transaction(write(1).then(write(7))))
                .then(() -> RecordingFactory.until(() -> postgres.backends().stream()
                        .anyMatch(backend -> backend.state().equals("active")
                                && backend.query().startsWith("COPY"))))
                .thenCancel()
                .verify(LIMIT);

        RecordingFactory.until(
                () -> postgres.openTransactions().isEmpty() && writer.queues().transactions() == 0);
        write(2).block(LIMIT);
        assertThat(postgres.queryLong("SELECT sum(id)::int8 FROM events")).isEqualTo(2);
    }
}
