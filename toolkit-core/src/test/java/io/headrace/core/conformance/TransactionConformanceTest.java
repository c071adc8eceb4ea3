package io.headrace.core.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.dialect.Dialect;
import io.headrace.core.dialect.TransactionMode;
import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.R2dbcRollbackException;
import io.r2dbc.spi.Result;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class TransactionConformanceTest {

    @Nested
    @PostgresTest
    class OnPostgresql extends TransactionContract {
        OnPostgresql(TestPostgres postgres) {
            super(new PostgresqlDatabase(postgres));
        }
    }

    @Nested
    class OnH2 extends TransactionContract {
        OnH2() {
            super(H2Database.create());
        }

        @Override
        @Test
        void aReadOnlyTransactionRefusesWrites() {
            aReadOnlyTransactionIsRefused();
        }

        /** H2 has isolation only as a setting of the session. */
        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void theIsolationOfTheSessionIsPutBack(boolean commits) {
            Dialect dialect = db.sessions().dialect();
            TransactionMode mode = TransactionMode.defaults().withIsolation(IsolationLevel.REPEATABLE_READ);
            onConnection(connection -> Flux.concat(
                    run(connection, "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ UNCOMMITTED"),
                    dialect.begin(connection, mode),
                    assertIsolation(connection, "REPEATABLE READ"),
                    commits ? dialect.commit(connection) : dialect.rollback(connection),
                    assertIsolation(connection, "READ UNCOMMITTED")));
        }

        private Mono<Void> run(Connection connection, String sql) {
            return Flux.from(connection.createStatement(sql).execute())
                    .concatMap(Result::getRowsUpdated)
                    .then();
        }

        private Mono<Void> assertIsolation(Connection connection, String level) {
            return Flux.from(connection
                            .createStatement("SELECT isolation_level FROM information_schema.sessions"
                                    + " WHERE session_id = session_id()")
                            .execute())
                    .concatMap(result -> result.map((row, metadata) -> row.get(0, String.class)))
                    .doOnNext(actual -> assertThat(actual).isEqualTo(level))
                    .then();
        }
    }

    @Nested
    class OnMariadb extends TransactionContract {
        OnMariadb() {
            super(MariadbDatabase.create());
        }

        @Test
        void aTransactionThatADefinitionHasCommittedIsAnErrorAtItsCommit() {
            StepVerifier.create(transaction().mono(session -> insert(1)
                            .then(db.sql("CREATE TABLE made (id int)").run())))
                    .expectErrorSatisfies(error -> assertThat(error)
                            .isInstanceOf(R2dbcRollbackException.class)
                            .hasMessageContaining("DDL"))
                    .verify(TestDatabase.LIMIT);
        }
    }

    @Nested
    class OnSqlite extends TransactionContract {
        OnSqlite() {
            super(SqliteFile.create());
        }

        /** One that reads only: while one writes, nobody else does. */
        @Override
        @Test
        void atRepeatableReadATransactionSeesOneStateOfTheDatabase() {
            Mono<Void> elsewhere = Mono.<Void>fromRunnable(() -> database.execute("INSERT INTO entries VALUES (1, 1)"))
                    .subscribeOn(Schedulers.boundedElastic());
            Mono<Long> count =
                    db.sql("SELECT count(*) FROM entries").as(Long.class).one();

            StepVerifier.create(transaction(TransactionMode.defaults().asReadOnly())
                            .flux(session -> count.concatWith(elsewhere.then(count))))
                    .expectNext(0L, 0L)
                    .expectComplete()
                    .verify(TestDatabase.LIMIT);
        }

        /** There is nothing weaker than serializable. */
        @Override
        @Test
        void atReadCommittedATransactionSeesWhatOthersCommit() {
            atRepeatableReadATransactionSeesOneStateOfTheDatabase();
        }

        /** Transactions that write run one after the other, so the one that the other waits for just goes on. */
        @Override
        @Test
        void aTransactionThatADeadlockHasEndedIsAnErrorAtItsCommitEvenIfThatErrorWasSwallowed() {
            database.execute("INSERT INTO entries VALUES (101, 0), (102, 0)");
            Mono<Long> increment =
                    db.sql("UPDATE entries SET amount = amount + 1").update();

            StepVerifier.create(Flux.range(0, 20)
                            .flatMap(i -> transaction().mono(session -> increment.then(increment)), 20)
                            .then())
                    .expectComplete()
                    .verify(TestDatabase.LIMIT);
            assertThat(database.queryLong("SELECT sum(amount) FROM entries")).isEqualTo(80);
        }

        @Test
        void aTransactionThatSqliteHasEndedIsAnErrorAtItsCommitEvenIfThatErrorWasSwallowed() {
            StepVerifier.create(transaction().mono(session -> insert(1)
                            .then(db.sql("INSERT OR ROLLBACK INTO entries VALUES (1, 0)")
                                    .update()
                                    .onErrorReturn(0L))))
                    .expectErrorMatches(error -> SqlErrors.kindOf(error) == SqlErrorKind.TRANSACTION_ABORTED)
                    .verify(TestDatabase.LIMIT);
            assertThat(database.queryLong("SELECT count(*) FROM entries")).isZero();
        }
    }
}
