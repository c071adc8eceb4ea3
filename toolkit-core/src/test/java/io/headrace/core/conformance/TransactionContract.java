package io.headrace.core.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.connection.AccessMode;
import io.headrace.core.connection.Session;
import io.headrace.core.connection.TransactionScope;
import io.headrace.core.dialect.Dialect;
import io.headrace.core.dialect.Dialects;
import io.headrace.core.dialect.TransactionMode;
import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import io.headrace.core.error.UnsupportedFeatureException;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcRollbackException;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Transactions and savepoints. */
abstract class TransactionContract extends Contract {

    TransactionContract(TestDatabase database) {
        super(database);
    }

    @BeforeEach
    void createEntries() {
        create("entries", "id bigint PRIMARY KEY, amount int NOT NULL");
    }

    TransactionScope transaction() {
        return transaction(TransactionMode.defaults());
    }

    TransactionScope transaction(TransactionMode mode) {
        return TransactionScope.of(db.sessions(), mode);
    }

    Mono<Long> insert(long id) {
        return db.sql("INSERT INTO entries VALUES (:id, 0)").bind("id", id).update();
    }

    private List<Long> ids() {
        return db.sql("SELECT id FROM entries ORDER BY id")
                .as(Long.class)
                .flux()
                .collectList()
                .block(TestDatabase.LIMIT);
    }

    private Mono<Long> count() {
        return db.sql("SELECT count(*) FROM entries").as(Long.class).one();
    }

    private static Mono<Void> savepoint(Session session, String name) {
        return session.run(connection -> session.dialect().savepoint(connection, name))
                .then();
    }

    private static Mono<Void> rollbackTo(Session session, String name) {
        return session.run(connection -> session.dialect().rollbackTo(connection, name))
                .then();
    }

    private static Mono<Void> release(Session session, String name) {
        return session.run(connection -> session.dialect().release(connection, name))
                .then();
    }

    @Test
    void whatCompletesIsKept() {
        StepVerifier.create(transaction().flux(session -> insert(1).concatWith(insert(2))))
                .expectNext(1L, 1L)
                .expectComplete()
                .verify(TestDatabase.LIMIT);

        assertThat(ids()).containsExactly(1L, 2L);
    }

    @Test
    void whatFailsIsNotKept() {
        StepVerifier.create(transaction().mono(session -> insert(1).then(insert(1))))
                .expectErrorMatches(error -> SqlErrors.kindOf(error) == SqlErrorKind.UNIQUE_VIOLATION)
                .verify(TestDatabase.LIMIT);

        assertThat(ids()).isEmpty();
    }

    @Test
    void whatIsCancelledIsNotKept() {
        StepVerifier.create(transaction().flux(session -> insert(1).concatWith(Mono.never())))
                .expectNext(1L)
                .thenCancel()
                .verify(TestDatabase.LIMIT);

        database.awaitNoSessions();
        assertThat(ids()).isEmpty();
    }

    @Test
    void nothingIsSeenOutsideBeforeTheCommit() {
        Mono<Long> outside = Mono.fromSupplier(() -> database.queryLong("SELECT count(*) FROM entries"))
                .subscribeOn(Schedulers.boundedElastic());

        StepVerifier.create(transaction().mono(session -> insert(1).then(outside)))
                .expectNext(0L)
                .expectComplete()
                .verify(TestDatabase.LIMIT);

        assertThat(ids()).containsExactly(1L);
    }

    @Test
    void aSavepointTakesBackWhatCameAfterIt() {
        String name = "a \"point\" of `ours`; --";
        StepVerifier.create(transaction().mono(session -> insert(1)
                        .then(savepoint(session, name))
                        .then(insert(2))
                        .then(rollbackTo(session, name))
                        .then(insert(3))
                        .then(rollbackTo(session, name))
                        .then(insert(4))
                        .then(release(session, name))
                        .then(insert(5))))
                .expectNext(1L)
                .expectComplete()
                .verify(TestDatabase.LIMIT);

        assertThat(ids()).containsExactly(1L, 4L, 5L);
    }

    @Test
    void aFailedStatementBehindASavepointCostsOnlyThat() {
        StepVerifier.create(transaction().mono(session -> insert(1)
                        .then(savepoint(session, "s"))
                        .then(insert(2))
                        .then(insert(1))
                        .onErrorResume(R2dbcException.class, error -> rollbackTo(session, "s")
                                .then(insert(3)))))
                .expectNext(1L)
                .expectComplete()
                .verify(TestDatabase.LIMIT);

        assertThat(ids()).containsExactly(1L, 3L);
    }

    @Test
    void anUnknownSavepointIsAnError() {
        StepVerifier.create(transaction().mono(session -> rollbackTo(session, "never set")))
                .expectError(R2dbcException.class)
                .verify(TestDatabase.LIMIT);
    }

    @Test
    void atRepeatableReadATransactionSeesOneStateOfTheDatabase() {
        StepVerifier.create(countTwiceAround(IsolationLevel.REPEATABLE_READ))
                .expectNext(0L, 0L)
                .expectComplete()
                .verify(TestDatabase.LIMIT);
    }

    @Test
    void atReadCommittedATransactionSeesWhatOthersCommit() {
        StepVerifier.create(countTwiceAround(IsolationLevel.READ_COMMITTED))
                .expectNext(0L, 1L)
                .expectComplete()
                .verify(TestDatabase.LIMIT);
    }

    private Flux<Long> countTwiceAround(IsolationLevel level) {
        Mono<Void> elsewhere = Mono.<Void>fromRunnable(() -> database.execute("INSERT INTO entries VALUES (1, 1)"))
                .subscribeOn(Schedulers.boundedElastic());
        return transaction(TransactionMode.defaults().withIsolation(level))
                .flux(session -> count().concatWith(elsewhere.then(count())));
    }

    @Test
    void aConnectionIsAsItWasAfterATransactionOfAnotherIsolation() {
        Dialect dialect = Dialects.of(database.connectionFactory());
        TransactionMode repeatable = TransactionMode.defaults().withIsolation(IsolationLevel.REPEATABLE_READ);
        TransactionMode committed = TransactionMode.defaults().withIsolation(IsolationLevel.READ_COMMITTED);
        onConnection(connection -> Flux.concat(
                dialect.begin(connection, TransactionMode.defaults()),
                dialect.commit(connection),
                Mono.<Void>fromRunnable(
                        () -> assertThat(connection.isAutoCommit()).isTrue()),
                dialect.begin(connection, repeatable),
                dialect.commit(connection),
                Mono.<Void>fromRunnable(
                        () -> assertThat(connection.isAutoCommit()).isTrue()),
                dialect.begin(connection, committed),
                dialect.rollback(connection),
                Mono.<Void>fromRunnable(
                        () -> assertThat(connection.isAutoCommit()).isTrue())));
    }

    @Test
    void aRollbackWithoutATransactionIsHarmless() {
        Dialect dialect = Dialects.of(database.connectionFactory());
        onConnection(connection -> dialect.rollback(connection));
    }

    void onConnection(Function<Connection, Publisher<Void>> body) {
        Connection connection = Mono.from(database.connectionFactory().create()).block(TestDatabase.LIMIT);
        try {
            Flux.from(body.apply(connection)).then().block(TestDatabase.LIMIT);
        } finally {
            Mono.from(connection.close()).block(TestDatabase.LIMIT);
        }
    }

    @Test
    void aTransactionUnderTheMarkForReadingWorksAlsoWhereThereAreNoReadOnlyTransactions() {
        StepVerifier.create(transaction(TransactionMode.defaults())
                        .mono(session -> Mono.just("read"))
                        .contextWrite(AccessMode.READ_ONLY::in))
                .expectNext("read")
                .expectComplete()
                .verify(TestDatabase.LIMIT);
    }

    @Test
    void aReadOnlyTransactionRefusesWrites() {
        StepVerifier.create(transaction(TransactionMode.defaults().asReadOnly()).mono(session -> insert(1)))
                .expectError(R2dbcException.class)
                .verify(TestDatabase.LIMIT);

        assertThat(ids()).isEmpty();
    }

    /** For the databases that cannot: the error comes instead of a transaction that allows more than was asked. */
    void aReadOnlyTransactionIsRefused() {
        StepVerifier.create(transaction(TransactionMode.defaults().asReadOnly()).mono(session -> insert(1)))
                .expectError(UnsupportedFeatureException.class)
                .verify(TestDatabase.LIMIT);

        assertThat(ids()).isEmpty();
    }

    @Test
    void aTransactionThatADeadlockHasEndedIsAnErrorAtItsCommitEvenIfThatErrorWasSwallowed() {
        database.execute("INSERT INTO entries VALUES (101, 0), (102, 0)");

        List<Throwable> atCommit = new Deadlock(db, "entries", 101, 102)
                .run(update -> update.onErrorReturn(0L))
                .block(TestDatabase.LIMIT);

        assertThat(atCommit).hasSize(1);
        assertThat(atCommit.get(0)).isInstanceOf(R2dbcRollbackException.class);
        assertThat(SqlErrors.kindOf(atCommit.get(0))).isEqualTo(SqlErrorKind.TRANSACTION_ABORTED);
    }
}
