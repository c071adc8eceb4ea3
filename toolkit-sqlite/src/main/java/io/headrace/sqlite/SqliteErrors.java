package io.headrace.sqlite;

import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcPermissionDeniedException;
import io.r2dbc.spi.R2dbcRollbackException;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Errors of SQLite as exceptions of R2DBC. The error code is the extended result code (sqlite.org/rescode.html), the
 * SQLSTATE the one that PostgreSQL gives for the same, since SQLite has none.
 */
final class SqliteErrors {

    static final String UNIQUE = "23505";
    static final String FOREIGN_KEY = "23503";
    static final String NOT_NULL = "23502";
    static final String CHECK = "23514";
    static final String INTEGRITY = "23000";
    static final String SERIALIZATION = "40001";
    static final String TRANSACTION_GONE = "25P02";
    static final String LOCKED = "55P03";
    static final String CANCELLED = "57014";
    static final String SYNTAX = "42601";
    static final String READ_ONLY = "25006";
    static final String FULL = "53100";
    static final String RESOURCE = "58030";
    static final String CLOSED = "08003";

    private static final int CONSTRAINT_CHECK = 275;
    private static final int CONSTRAINT_FOREIGN_KEY = 787;
    private static final int CONSTRAINT_NOT_NULL = 1299;
    private static final int CONSTRAINT_PRIMARY_KEY = 1555;
    private static final int CONSTRAINT_UNIQUE = 2067;
    private static final int CONSTRAINT_ROWID = 2579;
    private static final int CONSTRAINT_DATATYPE = 3091;
    private static final int BUSY_SNAPSHOT = 517;

    private SqliteErrors() {}

    static R2dbcException translate(NativeException error, @Nullable String sql) {
        String message = error.getMessage() + " (SQLite " + error.code() + ")";
        int code = error.code();
        return switch (error.primaryCode()) {
            case NativeException.CONSTRAINT, NativeException.MISMATCH ->
                new R2dbcDataIntegrityViolationException(message, integrity(code), code, sql, error);
            case NativeException.BUSY, NativeException.LOCKED -> busy(error, message, sql);
            case NativeException.INTERRUPT -> new R2dbcTimeoutException(message, CANCELLED, code, sql, error);
            case NativeException.READONLY, NativeException.PERM, NativeException.AUTH ->
                new R2dbcPermissionDeniedException(message, READ_ONLY, code, sql, error);
            case NativeException.FULL -> new R2dbcNonTransientResourceException(message, FULL, code, sql, error);
            case NativeException.IOERR,
                    NativeException.CORRUPT,
                    NativeException.NOTADB,
                    NativeException.CANTOPEN,
                    NativeException.NOMEM ->
                new R2dbcNonTransientResourceException(message, RESOURCE, code, sql, error);
            case NativeException.TOOBIG ->
                new R2dbcBadGrammarException(
                        message + ": a text, a blob or a statement is larger than SQLite's limit",
                        "54000",
                        code,
                        sql,
                        error);
            default -> new R2dbcBadGrammarException(message, SYNTAX, code, sql, error);
        };
    }

    private static String integrity(int code) {
        return switch (code) {
            case CONSTRAINT_UNIQUE, CONSTRAINT_PRIMARY_KEY, CONSTRAINT_ROWID -> UNIQUE;
            case CONSTRAINT_FOREIGN_KEY -> FOREIGN_KEY;
            case CONSTRAINT_NOT_NULL -> NOT_NULL;
            case CONSTRAINT_CHECK -> CHECK;
            case CONSTRAINT_DATATYPE, NativeException.MISMATCH -> "22018";
            default -> INTEGRITY;
        };
    }

    private static R2dbcException busy(NativeException error, String message, @Nullable String sql) {
        if (error.code() == BUSY_SNAPSHOT) {
            return new R2dbcRollbackException(
                    message
                            + ": another connection has written since this transaction began to read; roll back and run the"
                            + " whole transaction again, or begin it IMMEDIATE",
                    SERIALIZATION,
                    error.code(),
                    sql,
                    error);
        }
        return new R2dbcTransientResourceException(
                message
                        + ": another connection or process holds the lock; raise the lock wait time, shorten the other"
                        + " transaction, or let one SqliteDatabase do all writing of this program",
                LOCKED,
                error.code(),
                sql,
                error);
    }

    static R2dbcException timedOut(NativeException error, Duration limit, @Nullable String sql) {
        return new R2dbcTimeoutException(
                "the statement was stopped after " + limit.toMillis() + " ms, its statement timeout; raise it with"
                        + " setStatementTimeout, or look at EXPLAIN QUERY PLAN",
                CANCELLED,
                NativeException.INTERRUPT,
                sql,
                error);
    }

    static R2dbcException aborted(@Nullable Throwable cause) {
        return new R2dbcRollbackException(
                "SQLite has rolled this transaction back by itself when a statement of it failed or was stopped; nothing of it"
                        + " is kept, and nothing else is run until rollbackTransaction",
                TRANSACTION_GONE,
                cause);
    }

    static R2dbcException closed(String name) {
        return new R2dbcNonTransientResourceException(
                "connection '" + name + "' is closed; take another one from its factory", CLOSED);
    }
}
