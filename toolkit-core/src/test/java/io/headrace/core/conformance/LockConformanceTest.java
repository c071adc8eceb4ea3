package io.headrace.core.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.core.Database;
import io.headrace.core.dialect.RowLock;
import io.headrace.core.error.ParameterException;
import io.headrace.core.error.UnsupportedFeatureException;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class LockConformanceTest {

    @Nested
    @PostgresTest
    class OnPostgresql extends LockContract {
        OnPostgresql(TestPostgres postgres) {
            super(new PostgresqlDatabase(postgres));
        }

        @Override
        RowLock unknown() {
            throw new UnsupportedOperationException();
        }

        /** It has all. */
        @Override
        @Test
        void aLockThatTheDatabaseHasNotIsRefusedWithAdvice() {
            StepVerifier.create(transaction(ids("id = 1", RowLock.forKeyShare().skipLocked())
                            .then(ids("id = 1", RowLock.forShare().noWait()))
                            .then(ids("id = 1", RowLock.forNoKeyUpdate()))))
                    .expectNextCount(1)
                    .expectComplete()
                    .verify(TestDatabase.LIMIT);
        }

        @Test
        void aKeyShareLockAllowsAnUpdateThatLeavesTheKeyAlone() {
            assertThat(whileLocked(
                                    RowLock.forKeyShare(),
                                    1,
                                    ids("id = 1", RowLock.forNoKeyUpdate().noWait()))
                            .block(TestDatabase.LIMIT))
                    .containsExactly(1L);
        }

        @Test
        void onlyTheTablesThatAreNamedAreLocked() {
            create("\"Workers\"", "job bigint NOT NULL");
            database.execute("INSERT INTO \"Workers\" VALUES (1)");
            RowLock ofWorkers = RowLock.forUpdate().of("Workers");

            assertThat(transaction(db.sql("SELECT j.id FROM jobs AS j JOIN \"Workers\" ON job = j.id")
                                    .locking(ofWorkers)
                                    .as(Long.class)
                                    .one()
                                    .then(Mono.fromSupplier(() -> transaction(ids(
                                                            "id = 1",
                                                            RowLock.forUpdate().noWait()))
                                                    .block(TestDatabase.LIMIT))
                                            .subscribeOn(Schedulers.boundedElastic())))
                            .block(TestDatabase.LIMIT))
                    .containsExactly(1L);
        }

        @Test
        void aTextThatIsNoPlainSelectIsRefusedBeforeItIsSent() {
            assertThatThrownBy(() -> db.sql("DELETE FROM jobs").locking(RowLock.forUpdate()))
                    .isInstanceOf(ParameterException.class)
                    .hasMessageContaining("FOR UPDATE")
                    .hasMessageContaining("DELETE FROM jobs");
            assertThatThrownBy(() -> db.sql("SELECT 1; SELECT 2").locking(RowLock.forUpdate()))
                    .isInstanceOf(ParameterException.class)
                    .hasMessageContaining("single");
        }

        @Test
        void boundValuesAndStreamsStayWhatTheyAre() {
            StepVerifier.create(transaction(db.sql("SELECT id FROM jobs WHERE id IN (:ids) ORDER BY id;")
                            .bind("ids", List.of(1L, 3L))
                            .locking(RowLock.forUpdate().skipLocked())
                            .as(Long.class)
                            .partitions(1)
                            .map(partition -> partition.rows().get(0))
                            .collectList()))
                    .expectNext(List.of(1L, 3L))
                    .expectComplete()
                    .verify(TestDatabase.LIMIT);
        }
    }

    @Nested
    class OnH2 extends LockContract {
        OnH2() {
            super(H2Database.create());
        }

        @Override
        RowLock unknown() {
            return RowLock.forKeyShare();
        }

        /** It has locks for update only. */
        @Override
        @Test
        void aSharedLockIsShared() {
            assertThatThrownBy(() -> ids("id = 1", RowLock.forShare())).isInstanceOf(UnsupportedFeatureException.class);
            assertThatThrownBy(() -> ids("id = 1", RowLock.forUpdate().of("jobs")))
                    .isInstanceOf(UnsupportedFeatureException.class)
                    .hasMessageContaining("of(jobs)");
        }
    }

    @Nested
    class OnMariadb extends LockContract {
        OnMariadb() {
            super(MariadbDatabase.create());
        }

        @Override
        RowLock unknown() {
            return RowLock.forNoKeyUpdate();
        }
    }

    /** No contract: it has no row locks at all. */
    @Test
    void sqliteRefusesRowLocksWithAdviceBeforeAnythingIsSent() {
        try (SqliteFile sqlite = SqliteFile.create()) {
            Database db = Database.on(sqlite.connectionFactory());

            assertThatThrownBy(() -> db.sql("SELECT id FROM no_such_table").locking(RowLock.forUpdate()))
                    .isInstanceOf(UnsupportedFeatureException.class)
                    .hasMessageContaining("SQLite has no row locks")
                    .hasMessageContaining("leave locking out");
        }
    }
}
