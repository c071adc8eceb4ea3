package io.headrace.sqlite;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.TransactionDefinition;
import io.r2dbc.spi.ValidationDepth;
import java.nio.file.Path;
import java.time.Duration;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A connection to SQLite: all of R2DBC, and what SQLite has beyond it. Publishers are cold.
 *
 * <p><b>Threads.</b> Rows and results arrive on the thread of the physical connection, which must not be blocked; Reactor
 * refuses {@code block()} there. Hand over what takes long, in batches, since a hand-over for each row halves the speed.
 *
 * <p><b>Demand.</b> A query steps as far as was asked for, and one row further to see whether there is one. A stream that
 * stands still keeps a read transaction open, behind which the write-ahead log grows.
 *
 * <p><b>Cancel.</b> A cancelled statement stops within milliseconds, also while it waits for a lock. In a transaction a
 * cancelled query leaves the transaction as it is; SQLite answers a stop of a statement that writes by rolling the whole
 * transaction back, and then nothing but {@link #rollbackTransaction()} is run any more
 * ({@link io.r2dbc.spi.R2dbcRollbackException}).
 *
 * <p><b>Results.</b> A query runs when its result is consumed, everything else when {@code execute()} is. Of several statements
 * each result must be consumed before the next statement is run.
 *
 * <p><b>Errors</b> carry SQLite's extended result code and the SQLSTATE that PostgreSQL has for the same.
 */
public interface SqliteConnection extends Connection {

    /** Begins a transaction with the lock to write, unless the configuration says otherwise. */
    @Override
    Mono<Void> beginTransaction();

    /**
     * The same. Read-only transactions take no lock to write and refuse writes. Every isolation level is taken, and given
     * serializable; {@code LOCK_WAIT_TIMEOUT} holds for the transaction.
     */
    @Override
    Mono<Void> beginTransaction(TransactionDefinition definition);

    @Override
    Mono<Void> commitTransaction();

    /** Does nothing where there is no transaction. */
    @Override
    Mono<Void> rollbackTransaction();

    /** Begins a transaction first where there is none. */
    @Override
    Mono<Void> createSavepoint(String name);

    @Override
    Mono<Void> releaseSavepoint(String name);

    @Override
    Mono<Void> rollbackTransactionToSavepoint(String name);

    /** Without auto-commit a transaction is begun by the first statement behind each commit or rollback. */
    @Override
    Mono<Void> setAutoCommit(boolean autoCommit);

    /** Always serializable. */
    @Override
    IsolationLevel getTransactionIsolationLevel();

    /** Accepts all and changes nothing, since SQLite gives the strongest. */
    @Override
    Mono<Void> setTransactionIsolationLevel(IsolationLevel isolationLevel);

    /** How long a statement waits for a lock of another connection. */
    @Override
    Mono<Void> setLockWaitTimeout(Duration timeout);

    /** How long a statement may run, pauses between its rows not counted; zero for no limit. */
    @Override
    Mono<Void> setStatementTimeout(Duration timeout);

    @Override
    Mono<Boolean> validate(ValidationDepth depth);

    /** Closes; rows that are being read end with an error, an open transaction is rolled back. Again does nothing. */
    @Override
    Mono<Void> close();

    /**
     * Runs a statement once for each element of a publisher, such as the rows of a file into a table: in one transaction unless one is
     * open already, without a signal per row. Emits the number of changed rows.
     *
     * <p>Asks for 256 rows at a time. An error, of the source too, and a cancel roll back what this call began; in a transaction of
     * the caller a savepoint does.
     *
     * @param sql one statement that changes rows
     * @param rows the values of its parameters, as they are counted; null for NULL
     */
    Mono<Long> bulk(String sql, Publisher<? extends Object[]> rows);

    /**
     * Copies the database to a file while others go on reading and writing; the copy is the state of its beginning. Emits
     * progress, the last element being the end; dropped where the subscriber is slower.
     *
     * <p>Runs on a connection of its own. The file must not exist. A cancel stops the copy within about a
     * mebibyte and deletes the file; for a few milliseconds it takes the lock to write for that. Of a database that was opened
     * to be read only, a cancelled copy comes to its end before it is deleted.
     */
    Flux<SqliteBackupProgress> backup(Path target);

    /** Moves the write-ahead log into the database. */
    Mono<SqliteCheckpoint> checkpoint(SqliteCheckpoint.Mode mode);

    /** Reads the whole database and emits each defect, at most 100; nothing if it is sound. */
    Flux<String> integrityCheck();

    /**
     * The rows that this connection changes from now on, once they are committed. Holds 10,000 changes for a slow subscriber and in
     * one transaction; beyond that it ends with an error and the subscriber has to look for itself.
     *
     * <p>Does not see changes by other connections, of tables WITHOUT ROWID, nor the rows that a DELETE without WHERE cuts off at
     * once. Changes that a savepoint took back are told all the same.
     */
    Flux<SqliteUpdate> updates();
}
