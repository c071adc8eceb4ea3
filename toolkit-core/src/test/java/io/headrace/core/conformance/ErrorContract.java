package io.headrace.core.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.connection.TransactionScope;
import io.headrace.core.dialect.TransactionMode;
import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import io.r2dbc.spi.R2dbcException;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Each kind of error, provoked, and what it names. Names are compared in lower case, for H2 stores them in upper case. */
abstract class ErrorContract extends Contract {

    ErrorContract(TestDatabase database) {
        super(database);
    }

    @BeforeEach
    void createShops() {
        database.execute("DROP TABLE IF EXISTS goods", "DROP TABLE IF EXISTS shops");
        create("shops", "id bigint PRIMARY KEY");
        create(
                "goods",
                "id bigint PRIMARY KEY, name varchar(10) NOT NULL, amount int NOT NULL, shop bigint,"
                        + " CONSTRAINT goods_name_once UNIQUE (name),"
                        + " CONSTRAINT amount_positive CHECK (amount >= 0),"
                        + " CONSTRAINT goods_of_shop FOREIGN KEY (shop) REFERENCES shops (id)");
        database.execute(
                "INSERT INTO shops VALUES (1)", "INSERT INTO goods VALUES (1, 'nail', 5, 1), (2, 'rope', 5, NULL)");
    }

    /** The error of a statement, each parameter written as a literal. */
    Throwable errorOf(String sql) {
        return errorOf(db.sql(sql).update());
    }

    static Throwable errorOf(Mono<?> failing) {
        Throwable error =
                failing.then(Mono.<Throwable>empty()).onErrorResume(Mono::just).block(TestDatabase.LIMIT);
        assertThat(error).isInstanceOf(R2dbcException.class);
        return error;
    }

    static void assertKind(Throwable error, SqlErrorKind kind) {
        assertThat(SqlErrors.kindOf(error)).as("kind of %s", error).isEqualTo(kind);
    }

    static void assertNames(Throwable error, String constraint, String table, String column) {
        assertThat(List.of(
                        lower(SqlErrors.constraintOf(error)),
                        lower(SqlErrors.tableOf(error)),
                        lower(SqlErrors.columnOf(error))))
                .as("names in %s", error)
                .containsExactly(constraint, table, column);
    }

    private static String lower(Optional<String> name) {
        return name.map(text -> text.toLowerCase(java.util.Locale.ROOT)).orElse("");
    }

    /** What this database names of the violated unique constraint, beside the constraint itself. */
    abstract void assertUniqueNames(Throwable named, Throwable primaryKey);

    @Test
    void aDuplicateIsAUniqueViolation() {
        Throwable named = errorOf("INSERT INTO goods VALUES (3, 'nail', 5, NULL)");
        Throwable primaryKey = errorOf("INSERT INTO goods VALUES (1, 'new', 5, NULL)");

        assertKind(named, SqlErrorKind.UNIQUE_VIOLATION);
        assertKind(primaryKey, SqlErrorKind.UNIQUE_VIOLATION);
        assertUniqueNames(named, primaryKey);
    }

    @Test
    void aMissingParentIsAForeignKeyViolation() {
        Throwable error = errorOf("INSERT INTO goods VALUES (3, 'new', 5, 77)");

        assertKind(error, SqlErrorKind.FOREIGN_KEY_VIOLATION);
        assertNames(error, "goods_of_shop", "goods", "");
    }

    @Test
    void aParentInUseIsAForeignKeyViolation() {
        Throwable error = errorOf("DELETE FROM shops WHERE id = 1");

        assertKind(error, SqlErrorKind.FOREIGN_KEY_VIOLATION);
        assertNames(error, "goods_of_shop", "goods", "");
    }

    abstract void assertNotNullNames(Throwable error);

    @Test
    void nullWhereNoneMayBeIsANotNullViolation() {
        Throwable written = errorOf("INSERT INTO goods VALUES (3, NULL, 5, NULL)");
        Throwable leftOut = errorOf("INSERT INTO goods (id, amount) VALUES (3, 5)");

        assertKind(written, SqlErrorKind.NOT_NULL_VIOLATION);
        assertKind(leftOut, SqlErrorKind.NOT_NULL_VIOLATION);
        assertNotNullNames(written);
        assertNotNullNames(leftOut);
    }

    abstract void assertCheckNames(Throwable error);

    @Test
    void aBrokenRuleIsACheckViolation() {
        Throwable error = errorOf("INSERT INTO goods VALUES (3, 'new', -1, NULL)");

        assertKind(error, SqlErrorKind.CHECK_VIOLATION);
        assertCheckNames(error);
    }

    abstract void assertDataNames(Throwable tooLong);

    @Test
    void aValueThatDoesNotFitIsAnErrorOfData() {
        Throwable tooLong = errorOf("INSERT INTO goods VALUES (3, 'much too long', 5, NULL)");
        Throwable outOfRange = errorOf(db.sql("INSERT INTO goods VALUES (3, 'new', :amount, NULL)")
                .bind("amount", 3_000_000_000L)
                .update());
        Throwable malformed = errorOf("INSERT INTO goods VALUES (3, 'new', 'many', NULL)");

        assertKind(tooLong, SqlErrorKind.DATA);
        assertKind(outOfRange, SqlErrorKind.DATA);
        assertKind(malformed, SqlErrorKind.DATA);
        assertDataNames(tooLong);
    }

    @Test
    void whatTheDatabaseDoesNotUnderstandIsASyntaxError() {
        assertKind(errorOf("SELEC 1"), SqlErrorKind.SYNTAX);
        assertKind(errorOf("SELECT * FROM no_such_table"), SqlErrorKind.SYNTAX);
        assertKind(errorOf("SELECT no_such_column FROM goods"), SqlErrorKind.SYNTAX);
        assertKind(errorOf("SELECT no_such_function(id) FROM goods"), SqlErrorKind.SYNTAX);
    }

    @Test
    void twoTransactionsThatWaitForEachOtherAreADeadlock() {
        List<Throwable> errors =
                new Deadlock(db, "goods", 1, 2).run(UnaryOperator.identity()).block(TestDatabase.LIMIT);

        assertThat(errors).hasSize(1);
        assertKind(errors.get(0), SqlErrorKind.DEADLOCK);
    }

    /** Sets the lock timeout of a session, as short as the database allows. */
    abstract String shortLockTimeout();

    @Test
    void aRowThatStaysLockedIsALockTimeout() {
        Mono<Throwable> blocked = Mono.fromSupplier(() -> errorOf(transaction(
                        TransactionMode.defaults(),
                        db.sql(shortLockTimeout()).run().then(update()))))
                .subscribeOn(Schedulers.boundedElastic());

        Throwable error =
                transaction(TransactionMode.defaults(), update().then(blocked)).block(TestDatabase.LIMIT);

        assertKind(error, SqlErrorKind.LOCK_TIMEOUT);
    }

    Mono<Long> update() {
        return db.sql("UPDATE goods SET amount = amount + 1 WHERE id = 1").update();
    }

    <T> Mono<T> transaction(TransactionMode mode, Mono<T> body) {
        return TransactionScope.of(db.sessions(), mode).mono(session -> body);
    }

    /** A transaction that reads a row, which another then changes, and that changes the row itself. */
    Mono<Long> updateOfAChangedRow(TransactionMode mode, Mono<Void> preparation) {
        Mono<Long> elsewhere =
                Mono.fromSupplier(() -> update().block(TestDatabase.LIMIT)).subscribeOn(Schedulers.boundedElastic());
        Mono<Integer> read = db.sql("SELECT amount FROM goods WHERE id = 1")
                .as(Integer.class)
                .one();
        return transaction(mode, preparation.then(read).then(elsewhere).then(update()));
    }

    abstract Throwable serializationFailure();

    @Test
    void aRowThatChangedSinceItWasReadIsASerializationFailure() {
        assertKind(serializationFailure(), SqlErrorKind.SERIALIZATION_FAILURE);
    }

    /** A statement that runs for long, stopped by its time limit. */
    abstract Throwable cancelled();

    @Test
    void aStatementThatWasStoppedIsCancelled() {
        assertKind(cancelled(), SqlErrorKind.CANCELLED);
    }

    /** A statement whose connection was closed by the server. */
    abstract Throwable connectionLost();

    @Test
    void aConnectionThatTheServerClosedIsLost() {
        assertKind(connectionLost(), SqlErrorKind.CONNECTION_LOST);
    }
}
