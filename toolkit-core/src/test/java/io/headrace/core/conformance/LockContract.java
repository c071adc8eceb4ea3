package io.headrace.core.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.core.connection.TransactionScope;
import io.headrace.core.dialect.RowLock;
import io.headrace.core.dialect.TransactionMode;
import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import io.headrace.core.error.TransactionRequiredException;
import io.headrace.core.error.UnsupportedFeatureException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Rows that a SELECT locks, while another transaction asks for the same. */
abstract class LockContract extends Contract {

    LockContract(TestDatabase database) {
        super(database);
    }

    @BeforeEach
    void createJobs() {
        create("jobs", "id bigint PRIMARY KEY, name varchar(10) NOT NULL");
        database.execute("INSERT INTO jobs VALUES (1, 'a'), (2, 'b'), (3, 'c')");
    }

    Mono<List<Long>> ids(String condition, RowLock lock) {
        return db.sql("SELECT id FROM jobs WHERE " + condition + " ORDER BY id -- in order")
                .locking(lock)
                .as(Long.class)
                .flux()
                .collectList();
    }

    <T> Mono<T> transaction(Mono<T> body) {
        return TransactionScope.of(db.sessions(), TransactionMode.defaults()).mono(session -> body);
    }

    /** The body in a transaction of its own, while this row is locked in another. */
    <T> Mono<T> whileLocked(RowLock lock, long row, Mono<T> body) {
        Mono<T> elsewhere = Mono.fromSupplier(() -> transaction(body).block(TestDatabase.LIMIT))
                .subscribeOn(Schedulers.boundedElastic());
        return transaction(ids("id = " + row, lock).then(elsewhere));
    }

    @Test
    void rowsThatAreLockedElsewhereAreLeftOutBySkipLocked() {
        RowLock lock = RowLock.forUpdate();

        assertThat(whileLocked(lock, 2, ids("id <= 3", lock.skipLocked())).block(TestDatabase.LIMIT))
                .containsExactly(1L, 3L);
    }

    @Test
    void aRowThatIsLockedElsewhereIsALockTimeoutWithNoWait() {
        RowLock lock = RowLock.forUpdate();

        StepVerifier.create(whileLocked(lock, 2, ids("id = 2", lock.noWait())))
                .expectErrorSatisfies(error -> assertThat(SqlErrors.kindOf(error))
                        .as("kind of %s", error)
                        .isEqualTo(SqlErrorKind.LOCK_TIMEOUT))
                .verify(TestDatabase.LIMIT);
    }

    @Test
    void aLockEndsWithItsTransaction() {
        RowLock lock = RowLock.forUpdate().noWait();

        transaction(ids("id = 1", lock)).block(TestDatabase.LIMIT);

        assertThat(transaction(ids("id = 1", lock)).block(TestDatabase.LIMIT)).containsExactly(1L);
    }

    @Test
    void aSharedLockIsShared() {
        RowLock lock = RowLock.forShare();

        assertThat(whileLocked(lock, 2, ids("id = 2", lock.noWait())).block(TestDatabase.LIMIT))
                .containsExactly(2L);
    }

    @Test
    void outsideATransactionALockIsRefusedAndNothingIsSent() {
        StepVerifier.create(db.sql("SELECT id FROM no_such_table")
                        .locking(RowLock.forUpdate())
                        .as(Long.class)
                        .flux())
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(TransactionRequiredException.class)
                        .hasMessageContaining("no_such_table"))
                .verify(TestDatabase.LIMIT);
    }

    /** A lock that this database has not. */
    abstract RowLock unknown();

    @Test
    void aLockThatTheDatabaseHasNotIsRefusedWithAdvice() {
        assertThatThrownBy(() -> db.sql("SELECT id FROM jobs").locking(unknown()))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining(db.sessions().dialect().name())
                .hasMessageContaining("forUpdate()");
    }
}
