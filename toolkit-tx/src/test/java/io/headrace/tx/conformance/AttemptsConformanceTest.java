package io.headrace.tx.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.headrace.tx.AttemptOptions;
import io.headrace.tx.AttemptStrategy;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class AttemptsConformanceTest {

    @Nested
    @PostgresTest
    class OnPostgresql extends AttemptsContract {
        OnPostgresql(TestPostgres postgres) {
            super(new PostgresqlDatabase(postgres));
        }
    }

    @Nested
    class OnH2 extends AttemptsContract {
        OnH2() {
            super(H2Database.create());
        }
    }

    @Nested
    class OnSqlite extends AttemptsContract {
        OnSqlite() {
            super(SqliteFile.create());
        }

        @ParameterizedTest
        @EnumSource(AttemptStrategy.class)
        void anItemAtWhichSqliteRollsTheWholeTransactionBackIsNotSkipped(AttemptStrategy strategy) {
            StepVerifier.create(tx.attemptEach(
                                    Flux.range(0, 5).map(i -> new Entry(i % 3, 1)),
                                    entry -> db.sql("INSERT OR ROLLBACK INTO entries VALUES (:id, :amount)")
                                            .bindAll(entry)
                                            .update(),
                                    AttemptOptions.defaults().strategy(strategy))
                            .then())
                    .expectErrorSatisfies(error -> assertThat(SqlErrors.kindOf(error))
                            .as("kind of %s", error)
                            .isEqualTo(SqlErrorKind.TRANSACTION_ABORTED))
                    .verify(TestDatabase.LIMIT);

            assertThat(ids()).isEmpty();
        }
    }
}
