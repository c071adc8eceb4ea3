package io.headrace.core.dialect;

import io.headrace.core.error.UnsupportedFeatureException;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.IsolationLevel;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * H2 by r2dbc-h2, which runs a statement to its end on the thread that subscribes and holds the whole result: there is
 * nothing to stop, to fetch in chunks or to wait for.
 *
 * <p>The driver's {@code beginTransaction} takes an isolation level for a lock mode of the whole database, so transactions
 * are begun by statements of our own. H2 knows isolation only as a setting of the session, which is put back afterwards.
 */
final class H2Dialect implements Dialect {

    // org.h2.engine.Constants.MAX_PARAMETER_INDEX
    private static final int MOST_PARAMETERS = 100_000;

    private static final String SET_ISOLATION = "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL ";
    private static final String GET_ISOLATION =
            "SELECT ISOLATION_LEVEL FROM INFORMATION_SCHEMA.SESSIONS WHERE SESSION_ID = SESSION_ID()";

    /** The isolation that the session had before its transaction; weak, for a connection may be lost before the end. */
    private final Map<Connection, String> isolationBefore = Collections.synchronizedMap(new WeakHashMap<>());

    @Override
    public String name() {
        return "H2";
    }

    @Override
    public String marker(int index) {
        return "$" + (index + 1);
    }

    @Override
    public String driverText(String sql) {
        return H2Text.withoutHiddenSemicolons(sql);
    }

    @Override
    public String quote(String identifier) {
        return H2Text.withoutHiddenSemicolons('"' + identifier.replace("\"", "\"\"") + '"');
    }

    @Override
    public String fold(String identifier) {
        return identifier.toUpperCase(Locale.ROOT);
    }

    @Override
    public int mostParameters() {
        return MOST_PARAMETERS;
    }

    @Override
    public boolean hasArrays() {
        return true;
    }

    @Override
    public String rowLock(RowLock lock) {
        return RowLockText.updateOnly(this, lock);
    }

    @Override
    public String upsert(String table, List<String> columns, List<String> conflictColumns, String valuesRows) {
        return UpsertText.mergeByKey(this, table, columns, conflictColumns, valuesRows);
    }

    @Override
    public boolean streams(boolean bound) {
        return false;
    }

    @Override
    public Mono<Void> begin(Connection connection, TransactionMode mode) {
        return Mono.defer(() -> {
            if (Boolean.TRUE.equals(mode.readOnly()) || mode.deferrable()) {
                return Mono.error(new UnsupportedFeatureException(
                        "H2 has no read-only or deferrable transactions; leave the option out, or open the database"
                                + " with ACCESS_MODE_DATA=r"));
            }
            if (mode.lockTimeout() != null) {
                return Mono.error(new UnsupportedFeatureException(
                        "H2 has no lock time-out of a transaction; leave the option out, or SET LOCK_TIMEOUT"));
            }
            IsolationLevel isolation = mode.isolation();
            return (isolation == null ? Mono.<Void>empty() : isolate(connection, isolation))
                    .then(Statements.run(connection, "BEGIN"));
        });
    }

    private Mono<Void> isolate(Connection connection, IsolationLevel isolation) {
        return Statements.value(connection, GET_ISOLATION, String.class)
                .doOnNext(before -> isolationBefore.put(connection, before))
                .then(Statements.run(connection, SET_ISOLATION + isolation.asSql()));
    }

    /** After a deadlock H2 has rolled back and runs what follows in auto-commit mode. */
    @Override
    public Mono<Void> commit(Connection connection) {
        return Mono.defer(() -> connection.isAutoCommit()
                ? ended(connection).then(Mono.error(TransactionEnded.before("COMMIT")))
                : Statements.run(connection, "COMMIT").then(ended(connection)));
    }

    @Override
    public Mono<Void> rollback(Connection connection) {
        return Statements.run(connection, "ROLLBACK").then(ended(connection));
    }

    /** BEGIN turns auto-commit off, and COMMIT and ROLLBACK turn it on again by themselves. */
    private Mono<Void> ended(Connection connection) {
        return Mono.defer(() -> {
            @Nullable String before = isolationBefore.remove(connection);
            return before == null ? Mono.empty() : Statements.run(connection, SET_ISOLATION + before);
        });
    }

    @Override
    public Mono<Void> savepoint(Connection connection, String name) {
        return inTransaction(connection, "SAVEPOINT ", name);
    }

    /** H2 parses the statement and does nothing; whether there is such a savepoint it does not say. */
    @Override
    public Mono<Void> release(Connection connection, String name) {
        return inTransaction(connection, "RELEASE SAVEPOINT ", name);
    }

    @Override
    public Mono<Void> rollbackTo(Connection connection, String name) {
        return inTransaction(connection, "ROLLBACK TO SAVEPOINT ", name);
    }

    private Mono<Void> inTransaction(Connection connection, String statement, String savepoint) {
        return Mono.defer(() -> connection.isAutoCommit()
                ? Mono.error(TransactionEnded.before(statement.trim()))
                : Statements.run(connection, statement + quote(savepoint)));
    }
}
