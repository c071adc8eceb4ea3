package io.headrace.core.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.core.dialect.TransactionMode;
import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.IsolationLevel;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class ErrorConformanceTest {

    private static final Duration A_MOMENT = Duration.ofMillis(25);

    private static TransactionMode at(IsolationLevel level) {
        return TransactionMode.defaults().withIsolation(level);
    }

    @Nested
    @PostgresTest
    class OnPostgresql extends ErrorContract {
        private final TestPostgres postgres;

        OnPostgresql(TestPostgres postgres) {
            super(new PostgresqlDatabase(postgres));
            this.postgres = postgres;
        }

        @Override
        void assertUniqueNames(Throwable named, Throwable primaryKey) {
            assertNames(named, "goods_name_once", "goods", "");
            assertNames(primaryKey, "goods_pkey", "goods", "");
        }

        @Override
        void assertNotNullNames(Throwable error) {
            assertNames(error, "", "goods", "name");
        }

        @Override
        void assertCheckNames(Throwable error) {
            assertNames(error, "amount_positive", "goods", "");
        }

        @Override
        void assertDataNames(Throwable tooLong) {
            assertNames(tooLong, "", "", "");
        }

        @Override
        String shortLockTimeout() {
            return "SET LOCAL lock_timeout = '100ms'";
        }

        @Override
        Throwable serializationFailure() {
            return errorOf(updateOfAChangedRow(at(IsolationLevel.REPEATABLE_READ), Mono.empty()));
        }

        @Override
        Throwable cancelled() {
            return errorOf(transaction(
                    TransactionMode.defaults(),
                    db.sql("SET LOCAL statement_timeout = '100ms'")
                            .run()
                            .then(db.sql("SELECT 1 FROM pg_sleep(60)")
                                    .as(Integer.class)
                                    .one())));
        }

        @Override
        Throwable connectionLost() {
            Mono<Integer> killed = Mono.fromSupplier(postgres::terminateBackends)
                    .subscribeOn(Schedulers.boundedElastic())
                    .filter(count -> count > 0)
                    .repeatWhenEmpty(200, retries -> retries.delayElements(A_MOMENT));
            return errorOf(Mono.zip(
                    db.sql("SELECT 1 FROM pg_sleep(60)").as(Integer.class).one(), killed));
        }

        @Test
        void aStatementBehindAnErrorIsOfAnAbortedTransaction() {
            Throwable error = errorOf(transaction(
                    TransactionMode.defaults(),
                    db.sql("SELECT 1 / 0").run().onErrorComplete().then(update())));

            assertKind(error, SqlErrorKind.TRANSACTION_ABORTED);
        }
    }

    @Nested
    class OnH2 extends ErrorContract {
        OnH2() {
            super(H2Database.create());
        }

        @Override
        void assertUniqueNames(Throwable named, Throwable primaryKey) {
            assertNames(named, "goods_name_once", "goods", "");
            assertThat(SqlErrors.constraintOf(primaryKey))
                    .hasValueSatisfying(name -> assertThat(name).startsWith("CONSTRAINT_"));
            assertThat(SqlErrors.tableOf(primaryKey)).contains("GOODS");
        }

        @Override
        void assertNotNullNames(Throwable error) {
            assertNames(error, "", "", "name");
        }

        @Override
        void assertCheckNames(Throwable error) {
            assertNames(error, "amount_positive", "", "");
        }

        @Override
        void assertDataNames(Throwable tooLong) {
            assertNames(tooLong, "", "", "name");
        }

        @Override
        String shortLockTimeout() {
            return "SET LOCK_TIMEOUT 100";
        }

        @Override
        Throwable serializationFailure() {
            return errorOf(updateOfAChangedRow(at(IsolationLevel.REPEATABLE_READ), Mono.empty()));
        }

        /** H2 has one error for both. */
        @Override
        @Test
        void aRowThatChangedSinceItWasReadIsASerializationFailure() {
            assertKind(serializationFailure(), SqlErrorKind.DEADLOCK);
        }

        @Override
        Throwable cancelled() {
            String forever = "SELECT count(*) FROM system_range(1, 1000000) AS a, system_range(1, 1000000) AS b"
                    + " WHERE mod(a.x + b.x, 7) = 3";
            return errorOf(transaction(
                    TransactionMode.defaults(),
                    db.sql("SET QUERY_TIMEOUT 100")
                            .run()
                            .then(db.sql(forever).as(Long.class).one())));
        }

        @Override
        Throwable connectionLost() {
            H2Database other = H2Database.create();
            Database db = Database.on(other.connectionFactory());
            return errorOf(io.headrace.core.connection.TransactionScope.of(db.sessions(), TransactionMode.defaults())
                    .mono(session -> Mono.fromRunnable(other::close)
                            .then(db.sql("SELECT 1").as(Integer.class).one())));
        }
    }

    @Nested
    class OnMariadb extends ErrorContract {
        OnMariadb() {
            super(MariadbDatabase.create());
        }

        @Override
        void assertUniqueNames(Throwable named, Throwable primaryKey) {
            assertNames(named, "goods_name_once", "", "");
            assertNames(primaryKey, "primary", "", "");
        }

        @Override
        void assertNotNullNames(Throwable error) {
            assertNames(error, "", "", "name");
        }

        @Override
        void assertCheckNames(Throwable error) {
            assertNames(error, "amount_positive", "goods", "");
        }

        @Override
        void assertDataNames(Throwable tooLong) {
            assertNames(tooLong, "", "", "name");
        }

        @Override
        String shortLockTimeout() {
            return "SET innodb_lock_wait_timeout = 1";
        }

        @Override
        Throwable serializationFailure() {
            Mono<Void> snapshots = db.sql("SET innodb_snapshot_isolation = ON").run();
            return errorOf(updateOfAChangedRow(at(IsolationLevel.REPEATABLE_READ), snapshots));
        }

        @Override
        Throwable cancelled() {
            return errorOf(transaction(
                    TransactionMode.defaults(),
                    db.sql("SET max_statement_time = 0.1")
                            .run()
                            .then(db.sql("SELECT count(*) FROM seq_1_to_1000000 AS a, seq_1_to_1000000 AS b"
                                            + " WHERE mod(a.seq + b.seq, 7) = 3")
                                    .as(Long.class)
                                    .one())));
        }

        @Override
        Throwable connectionLost() {
            Mono<Long> killed = db.sql("SELECT id FROM information_schema.processlist"
                            + " WHERE info LIKE 'SELECT sleep(60)%' AND db = database()")
                    .as(Long.class)
                    .optional()
                    .repeatWhenEmpty(200, retries -> retries.delayElements(A_MOMENT))
                    .flatMap(id -> db.sql("KILL " + id).update());
            return errorOf(Mono.zip(db.sql("SELECT sleep(60)").as(Long.class).one(), killed));
        }

        @Test
        void aKilledQueryIsCancelled() {
            Mono<Long> killed = db.sql("SELECT id FROM information_schema.processlist"
                            + " WHERE info LIKE 'SELECT count(*) FROM seq_1_to_900000%' AND db = database()")
                    .as(Long.class)
                    .optional()
                    .repeatWhenEmpty(200, retries -> retries.delayElements(A_MOMENT))
                    .flatMap(id -> db.sql("KILL QUERY " + id).update());
            Throwable error = errorOf(Mono.zip(
                    db.sql(
                                    "SELECT count(*) FROM seq_1_to_900000 AS a, seq_1_to_1000000 AS b WHERE mod(a.seq + b.seq, 7) = 3")
                            .as(Long.class)
                            .one(),
                    killed));

            assertKind(error, SqlErrorKind.CANCELLED);
        }
    }

    /** Not the whole suite: SQLite has no lengths and no names of foreign keys, and no second writer to wait for. */
    @Nested
    class OnSqlite extends Contract {
        OnSqlite() {
            super(SqliteFile.create());
        }

        @BeforeEach
        void createGoods() {
            database.execute("DROP TABLE IF EXISTS goods", "DROP TABLE IF EXISTS shops");
            database.execute(
                    "CREATE TABLE shops (id INTEGER PRIMARY KEY)",
                    "CREATE TABLE goods (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, amount INT,"
                            + " shop INT REFERENCES shops (id), CONSTRAINT amount_positive CHECK (amount >= 0)) STRICT");
            database.execute("INSERT INTO goods VALUES (1, 'nail', 5, NULL)");
        }

        private Throwable errorOf(String sql) {
            return ErrorContract.errorOf(db.sql(sql).update());
        }

        @Test
        void everyKindOfErrorIsToldByItsCodeAndWhatItNames() {
            Throwable unique = errorOf("INSERT INTO goods VALUES (2, 'nail', 5, NULL)");
            ErrorContract.assertKind(unique, SqlErrorKind.UNIQUE_VIOLATION);
            ErrorContract.assertNames(unique, "", "goods", "");
            Throwable primaryKey = errorOf("INSERT INTO goods VALUES (1, 'x', 5, NULL)");
            ErrorContract.assertKind(primaryKey, SqlErrorKind.UNIQUE_VIOLATION);
            ErrorContract.assertNames(primaryKey, "", "goods", "");
            Throwable notNull = errorOf("INSERT INTO goods VALUES (2, NULL, 5, NULL)");
            ErrorContract.assertKind(notNull, SqlErrorKind.NOT_NULL_VIOLATION);
            ErrorContract.assertNames(notNull, "", "goods", "name");
            Throwable check = errorOf("INSERT INTO goods VALUES (2, 'x', -1, NULL)");
            ErrorContract.assertKind(check, SqlErrorKind.CHECK_VIOLATION);
            ErrorContract.assertNames(check, "amount_positive", "", "");
            Throwable type = errorOf("INSERT INTO goods VALUES (2, 'x', 'many', NULL)");
            ErrorContract.assertKind(type, SqlErrorKind.DATA);
            ErrorContract.assertNames(type, "", "goods", "amount");
            ErrorContract.assertKind(
                    errorOf("INSERT INTO goods VALUES (2, 'x', 5, 77)"), SqlErrorKind.FOREIGN_KEY_VIOLATION);
            ErrorContract.assertKind(errorOf("SELEC 1"), SqlErrorKind.SYNTAX);
            ErrorContract.assertKind(errorOf("SELECT * FROM no_such_table"), SqlErrorKind.SYNTAX);
        }
    }
}
