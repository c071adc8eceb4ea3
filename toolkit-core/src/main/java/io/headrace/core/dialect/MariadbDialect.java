package io.headrace.core.dialect;

import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import io.headrace.core.error.UnsupportedFeatureException;
import io.headrace.core.sql.SqlSyntax;
import io.r2dbc.spi.Connection;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * MariaDB by r2dbc-mariadb, and MySQL as far as it is the same. The driver sends each statement at once and answers in
 * order. It has no cursors: rows come as fast as they are asked for, and a cancelled statement is read to its end. Its own
 * transaction methods skip themselves by the status that the driver remembers, which an error does not update.
 */
final class MariadbDialect extends StandardDialect {

    private final String name;

    MariadbDialect(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String marker(int index) {
        return "?";
    }

    @Override
    public SqlSyntax syntax() {
        return SqlSyntax.MYSQL;
    }

    @Override
    public boolean repeatsMarkers() {
        return false;
    }

    @Override
    public String quote(String identifier) {
        return '`' + identifier.replace("`", "``") + '`';
    }

    /** As it is written: columns match in any case, and whether tables do is a setting of the server. */
    @Override
    public String fold(String identifier) {
        return identifier;
    }

    @Override
    public String rowLock(RowLock lock) {
        return RowLockText.updateOrShareMode(this, lock);
    }

    @Override
    public String upsert(String table, List<String> columns, List<String> conflictColumns, String valuesRows) {
        return UpsertText.onDuplicateKey(this, table, columns, conflictColumns, valuesRows);
    }

    @Override
    public boolean streams(boolean bound) {
        return false;
    }

    @Override
    public boolean hasReadOnlyTransactions() {
        return true;
    }

    @Override
    public Mono<Void> begin(Connection connection, TransactionMode mode) {
        return Mono.defer(() -> {
            if (mode.deferrable()) {
                return Mono.error(new UnsupportedFeatureException(
                        name + " has no deferrable transactions; leave the option out"));
            }
            if (mode.lockTimeout() != null) {
                return Mono.error(
                        new UnsupportedFeatureException(
                                name
                                        + " has no lock time-out of a transaction; leave the option out, or set innodb_lock_wait_timeout"));
            }
            List<String> statements = new ArrayList<>();
            if (mode.isolation() != null) {
                statements.add(
                        "SET TRANSACTION ISOLATION LEVEL " + mode.isolation().asSql());
            }
            String access = mode.readOnly() == null ? "" : mode.readOnly() ? " READ ONLY" : " READ WRITE";
            statements.add("START TRANSACTION" + access);
            return Statements.runPipelined(connection, statements.toArray(String[]::new));
        });
    }

    /**
     * After a deadlock the server has rolled back and runs what follows in auto-commit mode; a COMMIT is then accepted and
     * does nothing. So the server is asked in the same round trip whether there is a transaction. MySQL has no such variable.
     */
    @Override
    public Mono<Void> commit(Connection connection) {
        Mono<Boolean> open = Statements.value(connection, "SELECT @@in_transaction", Integer.class)
                .map(value -> value != 0)
                .onErrorReturn(true);
        return Mono.zipDelayError(open, Statements.run(connection, "COMMIT").thenReturn(true))
                .flatMap(both -> both.getT1() ? Mono.<Void>empty() : Mono.error(TransactionEnded.before("COMMIT")));
    }

    /** There is nothing to stop by; the answer of a probe shows that all before it has been answered. */
    @Override
    public Mono<Void> settle(Connection connection) {
        return Statements.run(connection, "DO 0")
                .onErrorComplete(error -> SqlErrors.kindOf(error) != SqlErrorKind.CONNECTION_LOST);
    }
}
