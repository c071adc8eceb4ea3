package io.headrace.core.dialect;

import io.headrace.core.error.UnsupportedFeatureException;
import io.headrace.core.sql.SqlSyntax;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.TransactionDefinition;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * SQLite by the driver of {@code toolkit-sqlite}, which steps rows on demand, stops a cancelled statement and tells what SQLite
 * has done to a transaction. Transactions are serializable, whatever isolation is asked for, and those that write run one
 * after the other.
 */
final class SqliteDialect implements Dialect {

    // SQLITE_MAX_VARIABLE_NUMBER
    private static final int MOST_PARAMETERS = 32_766;

    @Override
    public String name() {
        return "SQLite";
    }

    @Override
    public String marker(int index) {
        return "?" + (index + 1);
    }

    @Override
    public SqlSyntax syntax() {
        return SqlSyntax.SQLITE;
    }

    /** As it is written: names match in any case. */
    @Override
    public String fold(String identifier) {
        return identifier;
    }

    @Override
    public int mostParameters() {
        return MOST_PARAMETERS;
    }

    @Override
    public Optional<String> elementsOfJson(String marker) {
        return Optional.of("SELECT +value FROM json_each(" + marker + ")");
    }

    @Override
    public String noValues() {
        return "SELECT NULL WHERE FALSE";
    }

    @Override
    public boolean hasReadOnlyTransactions() {
        return true;
    }

    @Override
    public boolean hasOneWriter() {
        return true;
    }

    @Override
    public boolean stopsOnCancel() {
        return true;
    }

    @Override
    public String rowLock(RowLock lock) {
        throw new UnsupportedFeatureException(
                "SQLite has no row locks such as FOR " + lock.strength().name().replace('_', ' ')
                        + ": a transaction that may write keeps out all others that may, from its begin; leave locking out and"
                        + " read and write in one transaction");
    }

    @Override
    public boolean streams(boolean bound) {
        return true;
    }

    @Override
    public String upsert(String table, List<String> columns, List<String> conflictColumns, String valuesRows) {
        return UpsertText.onConflict(this, table, columns, conflictColumns, valuesRows);
    }

    @Override
    public Publisher<Void> begin(Connection connection, TransactionMode mode) {
        if (mode.deferrable()) {
            return Mono.error(
                    new UnsupportedFeatureException(
                            "SQLite has no deferrable transactions; leave the option out, every read-only one is a safe snapshot"));
        }
        return connection.beginTransaction(new Definition(mode));
    }

    @Override
    public Publisher<Void> commit(Connection connection) {
        return Mono.defer(() -> connection.isAutoCommit()
                ? Mono.error(TransactionEnded.before("COMMIT"))
                : Mono.from(connection.commitTransaction()));
    }

    @Override
    public Publisher<Void> rollback(Connection connection) {
        return connection.rollbackTransaction();
    }

    @Override
    public Publisher<Void> savepoint(Connection connection, String name) {
        return connection.createSavepoint(name);
    }

    @Override
    public Publisher<Void> release(Connection connection, String name) {
        return connection.releaseSavepoint(name);
    }

    @Override
    public Publisher<Void> rollbackTo(Connection connection, String name) {
        return connection.rollbackTransactionToSavepoint(name);
    }

    private record Definition(TransactionMode mode) implements TransactionDefinition {

        @Override
        @SuppressWarnings("unchecked")
        public <T> @Nullable T getAttribute(Option<T> option) {
            if (option.equals(READ_ONLY)) {
                return (T) mode.readOnly();
            }
            return option.equals(LOCK_WAIT_TIMEOUT) ? (T) mode.lockTimeout() : null;
        }
    }
}
