package io.headrace.core.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.connection.TransactionScope;
import io.headrace.core.dialect.TransactionMode;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class StatementConformanceTest {

    @Nested
    @PostgresTest
    class OnPostgresql extends StatementContract {
        OnPostgresql(TestPostgres postgres) {
            super(new PostgresqlDatabase(postgres));
        }
    }

    @Nested
    class OnH2 extends StatementContract {
        OnH2() {
            super(H2Database.create());
        }
    }

    @Nested
    class OnMariadb extends StatementContract {
        OnMariadb() {
            super(MariadbDatabase.create());
        }
    }

    @Nested
    class OnSqlite extends StatementContract {
        OnSqlite() {
            super(SqliteFile.create());
        }

        private final Mono<Long> endless = db.sql(
                        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")
                .as(Long.class)
                .one();

        private <T> Mono<T> cancelled(Mono<T> statement) {
            return statement.takeUntilOther(Mono.delay(Duration.ofMillis(100)));
        }

        /** There is no server that could be asked: the driver stops by the cancel itself. */
        @Test
        void aCancelledQueryStopsThoughItHasNoRowYet() {
            StepVerifier.create(cancelled(endless)).expectComplete().verify(TestDatabase.LIMIT);

            database.awaitNoSessions();
        }

        @Test
        void aQueryThatIsCancelledInATransactionStopsAndTheTransactionGoesOn() {
            create("kept", "id bigint PRIMARY KEY");
            Mono<Long> insert = db.sql("INSERT INTO kept VALUES (1)").update();

            StepVerifier.create(TransactionScope.of(db.sessions(), TransactionMode.defaults())
                            .mono(session -> cancelled(endless).then(insert)))
                    .expectNext(1L)
                    .expectComplete()
                    .verify(TestDatabase.LIMIT);

            assertThat(database.queryLong("SELECT count(*) FROM kept")).isEqualTo(1);
        }

        @Test
        void aWriteThatIsCancelledInATransactionRunsOutBecauseSqliteWouldUndoAllWithIt() {
            create("kept", "id bigint PRIMARY KEY");
            Mono<Long> slow = db.sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 500000)"
                            + " INSERT INTO kept SELECT i FROM n")
                    .update();
            Mono<Long> insert = db.sql("INSERT INTO kept VALUES (0)").update();

            StepVerifier.create(TransactionScope.of(db.sessions(), TransactionMode.defaults())
                            .mono(session -> slow.takeUntilOther(Mono.delay(Duration.ofMillis(1)))
                                    .then(insert)))
                    .expectNext(1L)
                    .expectComplete()
                    .verify(TestDatabase.LIMIT);

            assertThat(database.queryLong("SELECT count(*) FROM kept WHERE id = 0"))
                    .isEqualTo(1);
        }
    }
}
