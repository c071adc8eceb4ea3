package io.headrace.tx.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import io.headrace.core.error.UnsupportedFeatureException;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.headrace.tx.RolledBackException;
import io.headrace.tx.TransactionLocks;
import io.headrace.tx.TransactionOptions;
import io.headrace.tx.TransactionTimeoutException;
import io.headrace.tx.Transactions;
import io.r2dbc.spi.IsolationLevel;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class TransactionsConformanceTest {

    private static final Duration LESS_THAN_THE_DRAIN_TIMEOUT = Duration.ofSeconds(20);

    @Nested
    @PostgresTest
    class OnPostgresql extends TransactionsContract {
        OnPostgresql(TestPostgres postgres) {
            super(new PostgresqlDatabase(postgres));
        }
    }

    @Nested
    class OnH2 extends TransactionsContract {
        OnH2() {
            super(H2Database.create());
        }

        @Override
        @Test
        void aReadOnlyTransactionReadsAndRefusesWrites() {
            StepVerifier.create(tx.with(TransactionOptions::readOnly).run(insert(1)))
                    .expectError(UnsupportedFeatureException.class)
                    .verify(TestDatabase.LIMIT);
        }
    }

    @Nested
    class OnSqlite extends TransactionsContract {
        OnSqlite() {
            super(SqliteFile.create());
        }

        private Mono<Long> reading(Mono<Long> body) {
            return Mono.from(
                    body.transform(tx.with(TransactionOptions::readOnly).requiresNew()));
        }

        /** It would wait for its own writer. */
        @Override
        @Test
        void aTransactionBesideCommitsThoughTheOneAroundItRollsBack() {
            succeeds(tx.run(
                    insert(1).then(beside(insert(2)).onErrorResume(UnsupportedFeatureException.class, refusal -> {
                        assertThat(refusal)
                                .hasMessageContaining("SQLite lets one transaction write at a time")
                                .hasMessageContaining("readOnly()")
                                .hasMessageContaining("nested()");
                        return insert(3);
                    }))));

            assertThat(ids()).containsExactly(1L, 3L);
        }

        @Test
        void aWriterBesideAReaderBesideAWriterIsRefusedToo() {
            StepVerifier.create(tx.run(insert(1).then(reading(beside(insert(2))))))
                    .expectError(UnsupportedFeatureException.class)
                    .verify(TestDatabase.LIMIT);

            assertThat(ids()).isEmpty();
        }

        @Test
        void aReadOnlyTransactionBesideAWritingOneSeesWhatWasThereBefore() {
            StepVerifier.create(tx.run(insert(1).then(reading(count()))))
                    .expectNext(0L)
                    .expectComplete()
                    .verify(TestDatabase.LIMIT);
        }

        @Test
        void aWritingTransactionBesideAReadOnlyOneIsCommittedAndNotSeenByIt() {
            Transactions readOnly = tx.with(TransactionOptions::readOnly);

            StepVerifier.create(readOnly.run(count().then(beside(insert(1))).then(count())))
                    .expectNext(0L)
                    .expectComplete()
                    .verify(TestDatabase.LIMIT);

            assertThat(ids()).containsExactly(1L);
        }

        @Test
        void anyIsolationIsGivenAsSerializable() {
            succeeds(Flux.just(
                            IsolationLevel.READ_UNCOMMITTED,
                            IsolationLevel.READ_COMMITTED,
                            IsolationLevel.REPEATABLE_READ,
                            IsolationLevel.SERIALIZABLE)
                    .index()
                    .concatMap(level -> tx.with(o -> o.isolation(level.getT2())).run(insert(level.getT1())))
                    .count());

            assertThat(ids()).hasSize(4);
        }

        @Test
        void deferrableIsRefusedWithAdvice() {
            Transactions deferrable = tx.with(
                    o -> o.isolation(IsolationLevel.SERIALIZABLE).readOnly().deferrable());

            StepVerifier.create(deferrable.run(count()))
                    .expectErrorSatisfies(error -> assertThat(error)
                            .isInstanceOf(UnsupportedFeatureException.class)
                            .hasMessageContaining("leave the option out"))
                    .verify(TestDatabase.LIMIT);
        }

        @Test
        void advisoryLocksAreRefusedWithAdvice() {
            assertThatThrownBy(() -> TransactionLocks.on(db))
                    .isInstanceOf(UnsupportedFeatureException.class)
                    .hasMessageContaining("SQLite")
                    .hasMessageContaining("none is needed");
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void aTransactionThatTakesTooLongIsStoppedInTheMiddleOfAStatement(boolean readOnly) {
            Mono<Long> endless = db.sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
                            + " SELECT count(*) FROM n")
                    .as(Long.class)
                    .one();
            Transactions hurried = tx.with(o -> (readOnly ? o.readOnly() : o).timeout(Duration.ofMillis(300)));

            StepVerifier.create(hurried.run((readOnly ? count() : insert(1)).then(endless)))
                    .expectError(TransactionTimeoutException.class)
                    .verify(LESS_THAN_THE_DRAIN_TIMEOUT);

            succeeds(tx.run(insert(1)));
        }

        @Test
        void whatSqliteHasRolledBackByItselfIsAnErrorAndNothingOfItIsKept() {
            StepVerifier.create(tx.run(insert(1)
                            .then(db.sql("INSERT OR ROLLBACK INTO entries VALUES (1, 0)")
                                    .update())
                            .onErrorResume(error -> insert(2))))
                    .expectErrorMatches(error -> SqlErrors.kindOf(error) == SqlErrorKind.TRANSACTION_ABORTED
                            || error instanceof RolledBackException)
                    .verify(TestDatabase.LIMIT);

            assertThat(ids()).isEmpty();
        }
    }
}
