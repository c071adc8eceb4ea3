package io.headrace.pool;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.core.connection.AccessMode;
import io.headrace.core.connection.TransactionScope;
import io.headrace.core.dialect.TransactionMode;
import io.headrace.core.error.SqlErrors;
import io.headrace.test.PostgresServer;
import io.headrace.test.TestPostgres;
import io.headrace.test.TestServerException;
import io.r2dbc.spi.IsolationLevel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Routing between a real primary and a real standby. */
@Timeout(90)
class RoutingReplicationTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(50);

    /** No machine is so slow that the standby is left out by mistake. */
    private static final RoutingConfig PATIENT =
            RoutingConfig.of(c -> c.maximumLag(Duration.ofHours(1)).lookTimeout(Duration.ofSeconds(20)));

    private static final RoutingConfig STRICT =
            RoutingConfig.of(c -> c.maximumLag(Duration.ofSeconds(1)).lookEvery(Duration.ofMillis(100)));

    private static @Nullable PostgresServer primary;
    private static @Nullable PostgresServer standby;
    private static @Nullable TestPostgres database;

    private final List<RoutingPool> opened = new ArrayList<>();

    @BeforeAll
    static void startServers() {
        try {
            primary = PostgresServer.start();
        } catch (TestServerException error) {
            Assumptions.assumeTrue(
                    System.getenv("HEADRACE_TEST_POSTGRES_URL") == null,
                    "a server of yours is used for the tests, and the embedded one that can have a standby does not start: "
                            + error.getMessage());
            throw error;
        }
        database = primary.createDatabase("routing");
        database.execute("CREATE TABLE written (n int)");
        standby = primary.standby();
    }

    @AfterAll
    static void stopServers() {
        if (standby != null) {
            standby.close();
        }
        if (primary != null) {
            primary.close();
        }
    }

    @AfterEach
    void closePools() {
        opened.forEach(pool -> pool.close().block(LIMIT));
    }

    private static PostgresServer primary() {
        return requireNonNull(primary);
    }

    private static PostgresServer standby() {
        return requireNonNull(standby);
    }

    private static TestPostgres database() {
        return requireNonNull(database);
    }

    /** A pool of the primary and this standby, which is read from already. */
    private RoutingPool routing(PostgresServer replica, RoutingConfig config) {
        RoutingPool pool = Pool.routing(
                Pool.open(database().url(), patientPool("shop")),
                List.of(Pool.open(database().on(replica).url(), patientPool("shop-standby"))),
                config);
        opened.add(pool);
        awaitReadsOnStandby(Database.on(pool), true);
        return pool;
    }

    private static PoolConfig patientPool(String name) {
        return PoolConfig.of(
                c -> c.name(name).connectTimeout(Duration.ofSeconds(20)).acquireTimeout(Duration.ofSeconds(25)));
    }

    private Database patient() {
        return Database.on(routing(standby(), PATIENT));
    }

    /** Whether it runs on the standby. */
    private static Mono<Boolean> where(Database db) {
        return db.sql("SELECT pg_is_in_recovery()").as(Boolean.class).one();
    }

    private static Mono<Boolean> whereRead(Database db) {
        return db.sql("SELECT pg_is_in_recovery()").readOnly().as(Boolean.class).one();
    }

    /** Asks until the answer is this one; errors count as another. */
    private static void awaitReadsOnStandby(Database db, boolean expected) {
        await(whereRead(db).onErrorComplete().filter(answer -> answer == expected));
    }

    /** Asks until there is an answer. */
    private static void await(Mono<?> question) {
        question.repeatWhenEmpty(10_000, empty -> empty.concatMap(time -> Mono.delay(PAUSE), 1))
                .block(LIMIT);
    }

    private static Mono<Boolean> in(Mono<Boolean> body, Database db, TransactionMode mode) {
        return TransactionScope.of(db.sessions(), mode).mono(session -> body);
    }

    @Test
    void whatIsMarkedRunsOnTheStandbyAndEverythingElseOnThePrimary() {
        Database db = patient();
        TransactionMode plain = TransactionMode.defaults();

        StepVerifier.create(Flux.concat(
                        whereRead(db),
                        where(db).contextWrite(AccessMode.READ_ONLY::in),
                        in(where(db), db, plain).contextWrite(AccessMode.READ_ONLY::in),
                        in(where(db), db, plain.asReadOnly()),
                        in(where(db), db, plain.asReadOnly().withIsolation(IsolationLevel.REPEATABLE_READ))))
                .expectNext(true, true, true, true, true)
                .expectComplete()
                .verify(LIMIT);
        StepVerifier.create(Flux.concat(
                        where(db),
                        in(where(db), db, plain),
                        // a standby knows no serializable transactions
                        in(where(db), db, plain.asReadOnly().withIsolation(IsolationLevel.SERIALIZABLE))))
                .expectNext(false, false, false)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void aMarkedStatementStaysInTheTransactionThatIsOpen() {
        Database db = patient();
        Mono<Boolean> body = db.sql("INSERT INTO written VALUES (1)")
                .update()
                .then(db.sql("SELECT count(*) > 0 FROM written")
                        .readOnly()
                        .as(Boolean.class)
                        .one())
                .zipWhen(seen -> whereRead(db), (seen, onStandby) -> seen && !onStandby);

        StepVerifier.create(in(body, db, TransactionMode.defaults()))
                .expectNext(true)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void aWriteUnderTheMarkIsTheErrorOfTheServer() {
        Database db = patient();
        StepVerifier.create(db.sql("INSERT INTO written VALUES (2)").readOnly().update())
                .expectErrorSatisfies(
                        error -> assertThat(SqlErrors.sqlStateOf(error)).contains("25006"))
                .verify(LIMIT);
    }

    @Test
    void aStandbyThatStopsReplayingIsLeftOutUntilItHasCaughtUp() {
        TestPostgres copy = database().on(standby());
        RoutingPool pool = routing(standby(), STRICT);
        Database db = Database.on(pool);
        copy.execute("SELECT pg_wal_replay_pause()");
        database().execute("INSERT INTO written VALUES (3)");

        awaitReadsOnStandby(db, false);
        assertThat(pool.snapshot().replicas().get(0).state()).isEqualTo(ReplicaState.BEHIND);

        copy.execute("SELECT pg_wal_replay_resume()");
        awaitReadsOnStandby(db, true);
    }

    @Test
    void aStandbyThatIsCutOffFromItsPrimaryIsLeftOutThoughItHasReplayedAllThatItReceived() {
        TestPostgres copy = database().on(standby());
        RoutingPool pool = routing(standby(), STRICT);
        Database db = Database.on(pool);
        String source = copy.queryString("SHOW primary_conninfo");
        followFrom(copy, "");
        try {
            Waiting.until(
                    "no WAL receiver",
                    LIMIT,
                    () -> copy.queryLong("SELECT count(*) FROM pg_stat_wal_receiver"),
                    receivers -> receivers == 0);
            database().execute("INSERT INTO written VALUES (4)");

            awaitReadsOnStandby(db, false);
            assertThat(copy.queryString("SELECT pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()"))
                    .isEqualTo("t");
        } finally {
            followFrom(copy, requireNonNull(source));
        }
        awaitReadsOnStandby(db, true);
    }

    private static void followFrom(TestPostgres copy, String source) {
        copy.execute("ALTER SYSTEM SET primary_conninfo = '" + source + "'");
        copy.execute("SELECT pg_reload_conf()");
    }

    @Test
    void aStandbyThatIsKilledIsLeftOutUntilItIsBack() {
        Database db = patient();
        standby().kill();
        try {
            // a connection that is not known to be dead yet may fail once
            StepVerifier.create(whereRead(db).retry(3))
                    .expectNext(false)
                    .expectComplete()
                    .verify(LIMIT);
        } finally {
            standby().restart();
        }
        awaitReadsOnStandby(db, true);
    }

    @Test
    void aStandbyThatWasPromotedIsNotReadFrom() {
        try (PostgresServer promoted = primary().standby()) {
            RoutingPool pool = routing(promoted, PATIENT);
            TestPostgres copy = database().on(promoted);
            copy.execute("SELECT pg_promote()");
            copy.execute("INSERT INTO written VALUES (5)");

            await(Mono.fromSupplier(() -> pool.snapshot().replicas().get(0).state())
                    .filter(state -> state == ReplicaState.NOT_A_REPLICA));
            StepVerifier.create(Database.on(pool)
                            .sql("SELECT count(*) FROM written WHERE n = 5")
                            .readOnly()
                            .as(Long.class)
                            .one())
                    .expectNext(0L)
                    .expectComplete()
                    .verify(LIMIT);
            pool.close().block(LIMIT);
        }
    }

    @Test
    void whileThePrimaryIsDownTheStandbyIsReadFromWithinTheLimit() {
        Database db = patient();
        primary().kill();
        try {
            StepVerifier.create(whereRead(db)).expectNext(true).expectComplete().verify(LIMIT);
            StepVerifier.create(where(db).timeout(Duration.ofSeconds(1)))
                    .expectError()
                    .verify(LIMIT);
            StepVerifier.create(whereRead(db)).expectNext(true).expectComplete().verify(LIMIT);
        } finally {
            primary().restart();
        }
        await(where(db).onErrorComplete().filter(onStandby -> !onStandby));
    }
}
