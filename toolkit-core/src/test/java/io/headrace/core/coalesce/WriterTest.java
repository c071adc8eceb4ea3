package io.headrace.core.coalesce;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.core.error.BatchException;
import io.headrace.core.error.BulkException;
import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import io.headrace.core.error.TooManyWaitingException;
import io.headrace.test.FaultProxy;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Rows that are written together fail by themselves. A statement trigger counts the statements that succeeded. */
@PostgresTest
class WriterTest {

    record Event(long id, @Nullable String name, long kind) {}

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final TestPostgres postgres;
    private final RecordingFactory connections;
    private final Database db;
    private final Writer<Event> writer;

    WriterTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.connections = new RecordingFactory(postgres.connectionFactory());
        this.db = Database.on(connections);
        this.writer = db.writer("events", Event.class);
    }

    @BeforeEach
    void createTables() {
        postgres.execute("DROP TABLE IF EXISTS events, kinds; DROP SEQUENCE IF EXISTS statements");
        postgres.execute("CREATE SEQUENCE statements");
        postgres.execute("CREATE TABLE kinds (id int8 PRIMARY KEY)");
        postgres.execute("INSERT INTO kinds VALUES (1)");
        postgres.execute("CREATE TABLE events (id int8 PRIMARY KEY, name varchar(10) NOT NULL,"
                + " kind int8 REFERENCES kinds, place serial, CHECK (name <> 'thirteen'))");
        postgres.execute("CREATE OR REPLACE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$ BEGIN PERFORM nextval('statements'); RETURN NULL; END $$");
        postgres.execute("CREATE TRIGGER note AFTER INSERT ON events FOR EACH STATEMENT EXECUTE FUNCTION note()");
    }

    @AfterEach
    void closeConnections() {
        connections.close();
    }

    private static Event event(long id) {
        return new Event(id, "e" + id, 1);
    }

    /** Writes them so that all but the first are in one batch; the outcome of each, null for success. */
    private Map<Event, Throwable> writeTogether(List<Event> events) {
        connections.holdConnections();
        CompletableFuture<Void> first = writer.write(event(0)).toFuture();
        List<Mono<Map.Entry<Event, Throwable>>> writes = events.stream()
                .map(event -> {
                    CompletableFuture<Throwable> outcome = writer.write(event)
                            .then(Mono.<Throwable>empty())
                            .onErrorResume(Mono::just)
                            .toFuture();
                    return Mono.fromFuture(outcome).<Map.Entry<Event, Throwable>>map(error -> Map.entry(event, error));
                })
                .toList();
        connections.releaseConnections();
        Map<Event, Throwable> failures = new LinkedHashMap<>();
        Flux.concat(writes).collectList().block(LIMIT).forEach(entry -> failures.put(entry.getKey(), entry.getValue()));
        assertThat(first).succeedsWithin(LIMIT);
        return failures;
    }

    private static List<Event> events(long from, long to) {
        return LongStream.rangeClosed(from, to).mapToObj(WriterTest::event).toList();
    }

    private static List<Event> with(List<Event> events, Map<Integer, Event> changes) {
        List<Event> changed = new ArrayList<>(events);
        changes.forEach(changed::set);
        return changed;
    }

    private long count() {
        return postgres.queryLong("SELECT count(*) FROM events");
    }

    private long statements() {
        return postgres.queryLong("SELECT last_value FROM statements");
    }

    @Test
    void anIdleWriterWritesAtOnceAndTheRowIsCommittedWhenItCompletes() {
        writer.write(event(1)).block(LIMIT);

        assertThat(count()).isEqualTo(1);
    }

    @Test
    void rowsThatComeTogetherAreWrittenByOneStatementInTheirOrder() {
        assertThat(writeTogether(events(1, 200))).isEmpty();

        assertThat(count()).isEqualTo(201);
        assertThat(statements()).isEqualTo(2);
        assertThat(postgres.queryLong("SELECT count(*) FROM (SELECT id - lag(id) OVER (ORDER BY place) AS step"
                        + " FROM events) AS steps WHERE step <> 1"))
                .isZero();
    }

    @Test
    void subscribingAgainWritesAgain() {
        Mono<Void> write = writer.write(event(1));
        assertThat(connections.connects()).isZero();

        StepVerifier.create(write).expectComplete().verify(LIMIT);
        StepVerifier.create(write)
                .expectErrorSatisfies(
                        error -> assertThat(SqlErrors.kindOf(error)).isEqualTo(SqlErrorKind.UNIQUE_VIOLATION))
                .verify(LIMIT);
    }

    @Test
    void aRowThatIsThereAlreadyFailsItsCallerAlone() {
        postgres.execute("INSERT INTO events VALUES (50, 'there', 1)");

        Map<Event, Throwable> failures = writeTogether(events(1, 100));

        assertThat(failures).containsOnlyKeys(event(50));
        assertThat(failures.get(event(50)))
                .isInstanceOf(R2dbcException.class)
                .satisfies(error -> assertThat(SqlErrors.kindOf(error)).isEqualTo(SqlErrorKind.UNIQUE_VIOLATION));
        assertThat(count()).isEqualTo(101);
    }

    @Test
    void severalBadRowsOfEveryKindFailEachItsCaller() {
        Event thirteen = new Event(13, "thirteen", 1);
        Event noName = new Event(20, null, 1);
        Event noKind = new Event(30, "no kind", 7);
        Event longName = new Event(40, "much too long a name", 1);
        List<Event> events = with(
                events(1, 100),
                Map.of(12, thirteen, 19, noName, 29, noKind, 39, longName, 59, event(58), 60, event(59)));

        Map<SqlErrorKind, Long> kinds = new TreeMap<>();
        Map<Event, Throwable> failures = writeTogether(events);
        failures.values().forEach(error -> kinds.merge(SqlErrors.kindOf(error), 1L, Long::sum));

        assertThat(failures.keySet()).contains(thirteen, noName, noKind, longName, event(58), event(59));
        assertThat(kinds)
                .isEqualTo(Map.of(
                        SqlErrorKind.CHECK_VIOLATION, 1L,
                        SqlErrorKind.NOT_NULL_VIOLATION, 1L,
                        SqlErrorKind.FOREIGN_KEY_VIOLATION, 1L,
                        SqlErrorKind.DATA, 1L,
                        SqlErrorKind.UNIQUE_VIOLATION, 2L));
        assertThat(count()).isEqualTo(101 - 6);
    }

    /** The first of two rows with one key is refused at the end of the statement; alone, the second would have been taken. */
    @Test
    void aRowIsNotRefusedForARowThatIsRefusedItself() {
        Event refused = new Event(5, "no kind", 7);
        Event good = new Event(5, "good", 1);

        assertThat(writeTogether(List.of(event(1), refused, event(3), good, event(6))))
                .containsOnlyKeys(refused);

        assertThat(postgres.queryString("SELECT name FROM events WHERE id = 5")).isEqualTo("good");
    }

    @Test
    void aBatchOfBadRowsOnlyFailsThemAll() {
        postgres.execute("INSERT INTO events SELECT n, 'there', 1 FROM generate_series(1, 60) AS n");

        assertThat(writeTogether(events(1, 60))).hasSize(60);

        assertThat(writer.write(event(61)).then(Mono.just(true)).block(LIMIT)).isTrue();
    }

    @Test
    void whatATriggerRefusesFailsItsCallerAlone() {
        postgres.execute("CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$ BEGIN IF NEW.id = 7 THEN RAISE EXCEPTION 'not seven'; END IF; RETURN NEW; END $$");
        postgres.execute("CREATE TRIGGER refuse BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION refuse()");

        assertThat(writeTogether(events(1, 20))).containsOnlyKeys(event(7));

        assertThat(count()).isEqualTo(20);
    }

    @Test
    void aTableThatIsNotThereFailsAllWithoutTryingEach() {
        Writer<Event> nowhere = db.writer("nowhere", Event.class);

        StepVerifier.create(nowhere.write(event(1)))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(BatchException.class)
                        .hasCauseInstanceOf(BulkException.class)
                        .hasMessageContaining("'nowhere'"))
                .verify(LIMIT);
    }

    @Test
    void aRowThatIsCancelledBeforeItIsSentIsNotWritten() {
        connections.holdConnections();
        CompletableFuture<Void> first = writer.write(event(1)).toFuture();
        Disposable second = writer.write(event(2)).subscribe();
        CompletableFuture<Void> third = writer.write(event(3)).toFuture();
        second.dispose();

        connections.releaseConnections();

        assertThat(first).succeedsWithin(LIMIT);
        assertThat(third).succeedsWithin(LIMIT);
        assertThat(postgres.queryLong("SELECT sum(id)::int8 FROM events")).isEqualTo(4);
    }

    @Test
    void aRowThatWaitsForALockAndIsCancelledMakesRoomForTheNext() {
        postgres.execute("CREATE OR REPLACE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$ BEGIN IF NEW.id = 7 THEN PERFORM pg_sleep(60); END IF; RETURN NEW; END $$");
        postgres.execute("CREATE TRIGGER wait BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION wait()");
        Disposable seven = writer.write(event(7)).subscribe();
        RecordingFactory.until(() ->
                postgres.backends().stream().anyMatch(backend -> backend.state().equals("active")));
        CompletableFuture<Void> next = writer.write(event(8)).toFuture();

        seven.dispose();

        assertThat(next).succeedsWithin(LIMIT);
        assertThat(postgres.queryLong("SELECT sum(id)::int8 FROM events")).isEqualTo(8);
    }

    @Test
    void whoFindsNoRoomIsToldTheNumbers() {
        Writer<Event> small = db.writer(
                "events", Event.class, WriterConfig.defaults().withBatchSize(1).withMaxWaiting(2));
        connections.holdConnections();
        List<CompletableFuture<Void>> writes = events(1, 3).stream()
                .map(event -> small.write(event).toFuture())
                .toList();

        StepVerifier.create(small.write(event(4))).verifyErrorSatisfies(error -> assertThat(error)
                .isInstanceOf(TooManyWaitingException.class)
                .hasMessageContainingAll("2 of at most 2", "batches of up to 1", "'events'"));
        connections.releaseConnections();

        assertThat(writes).allSatisfy(write -> assertThat(write).succeedsWithin(LIMIT));
        assertThat(count()).isEqualTo(3);
    }

    @Test
    void aLostConnectionIsToldAsAnUnknownOutcome() {
        postgres.execute("CREATE OR REPLACE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$");
        postgres.execute("CREATE TRIGGER wait BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION wait()");
        try (FaultProxy proxy = FaultProxy.to(postgres.host(), postgres.port())) {
            Writer<Event> through = Database.on(ConnectionFactories.get(postgres.urlThrough(proxy)))
                    .writer("events", Event.class);

            StepVerifier.create(through.write(event(1)))
                    .then(() -> RecordingFactory.until(() -> postgres.backends().stream()
                            .anyMatch(backend -> backend.state().equals("active")
                                    && backend.query().startsWith("COPY"))))
                    .then(proxy::reset)
                    .expectErrorSatisfies(error -> assertThat(error)
                            .isInstanceOfSatisfying(BatchException.class, lost -> assertThat(lost.isOutcomeUnknown())
                                    .isTrue()))
                    .verify(LIMIT);

            proxy.refuse();
            StepVerifier.create(through.write(event(2)))
                    .expectErrorSatisfies(error -> assertThat(error)
                            .isInstanceOfSatisfying(BatchException.class, lost -> assertThat(lost.isOutcomeUnknown())
                                    .isFalse()))
                    .verify(LIMIT);
        }
        postgres.terminateBackends();
    }

    @Test
    void manyCallersAtATimeAreAllWritten() {
        Flux.range(1, 5_000)
                .flatMap(n -> writer.write(event(n + 100L)), 256)
                .as(StepVerifier::create)
                .expectComplete()
                .verify(Duration.ofSeconds(30));

        assertThat(count()).isEqualTo(5_000);
        assertThat(statements()).isLessThan(1_000);
    }
}
