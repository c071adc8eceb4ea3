package io.headrace.core.error;

import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says what an error of the database means. Reads SQLSTATE, which the SQL standard and PostgreSQL's appendix A define,
 * and falls back on R2DBC's own classes; never the text of a message.
 */
public final class SqlErrors {

    private SqlErrors() {}

    /** The kind of this error or of the nearest cause that has one; {@link SqlErrorKind#OTHER} where none has. */
    public static SqlErrorKind kindOf(Throwable error) {
        for (Throwable current = error; current != null; current = nextCause(current)) {
            SqlErrorKind kind = ownKind(current);
            if (kind != SqlErrorKind.OTHER) {
                return kind;
            }
        }
        return SqlErrorKind.OTHER;
    }

    /** SQLSTATE of this error or of the nearest cause that has one. */
    public static Optional<String> sqlStateOf(Throwable error) {
        for (Throwable current = error; current != null; current = nextCause(current)) {
            if (current instanceof R2dbcException r2dbc && r2dbc.getSqlState() != null) {
                return Optional.of(r2dbc.getSqlState());
            }
        }
        return Optional.empty();
    }

    /** The constraint that was violated, where the driver names it (PostgreSQL does). */
    public static Optional<String> constraintOf(Throwable error) {
        return PostgresqlErrorDetails.constraintOf(error);
    }

    /**
     * The number, counted from 1, of the COPY line that the server refused; empty where the error is not of one line,
     * as with a foreign key, which PostgreSQL checks only at the end of the statement.
     */
    public static Optional<Long> copyLineOf(Throwable error) {
        return PostgresqlErrorDetails.copyLineOf(error);
    }

    private static SqlErrorKind ownKind(Throwable error) {
        if (error instanceof R2dbcException r2dbc) {
            String state = r2dbc.getSqlState();
            SqlErrorKind byState = state == null ? SqlErrorKind.OTHER : kindOfState(state);
            if (byState != SqlErrorKind.OTHER) {
                return byState;
            }
            if (error instanceof R2dbcDataIntegrityViolationException) {
                return SqlErrorKind.INTEGRITY_VIOLATION;
            }
            boolean resource = error instanceof R2dbcNonTransientResourceException
                    || error instanceof R2dbcTransientResourceException;
            return resource && state == null ? SqlErrorKind.CONNECTION_LOST : SqlErrorKind.OTHER;
        }
        return error instanceof IOException ? SqlErrorKind.CONNECTION_LOST : SqlErrorKind.OTHER;
    }

    private static SqlErrorKind kindOfState(String state) {
        return switch (state) {
            case "23505" -> SqlErrorKind.UNIQUE_VIOLATION;
            case "23503" -> SqlErrorKind.FOREIGN_KEY_VIOLATION;
            case "23502" -> SqlErrorKind.NOT_NULL_VIOLATION;
            case "23514" -> SqlErrorKind.CHECK_VIOLATION;
            case "40001" -> SqlErrorKind.SERIALIZATION_FAILURE;
            case "40P01" -> SqlErrorKind.DEADLOCK;
            case "55P03" -> SqlErrorKind.LOCK_TIMEOUT;
            case "57014" -> SqlErrorKind.CANCELLED;
            case "25P02" -> SqlErrorKind.TRANSACTION_ABORTED;
            case "57P01", "57P02", "57P03" -> SqlErrorKind.CONNECTION_LOST;
            default -> kindOfStateClass(state);
        };
    }

    private static SqlErrorKind kindOfStateClass(String state) {
        if (state.startsWith("23")) {
            return SqlErrorKind.INTEGRITY_VIOLATION;
        }
        if (state.startsWith("22")) {
            return SqlErrorKind.DATA;
        }
        if (state.startsWith("08")) {
            return SqlErrorKind.CONNECTION_LOST;
        }
        return state.startsWith("42") ? SqlErrorKind.SYNTAX : SqlErrorKind.OTHER;
    }

    private static @Nullable Throwable nextCause(Throwable error) {
        Throwable cause = error.getCause();
        return cause == error ? null : cause;
    }
}
