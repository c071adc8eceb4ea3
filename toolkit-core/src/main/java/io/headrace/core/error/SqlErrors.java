package io.headrace.core.error;

import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcRollbackException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says what an error of the database means. The kind is read from the vendor's code and from SQLSTATE, which the SQL
 * standard and PostgreSQL's appendix A define, and falls back on R2DBC's own classes; never from the text of a message.
 *
 * <p>Names are given by PostgreSQL beside the message. H2, MariaDB and SQLite have them only in it, and they are taken from there
 * where the message is of the known form and the name of ordinary letters; otherwise they are empty. They come as the
 * database stores them, without a schema.
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

    /** The constraint, or the unique index, that was violated; in MariaDB the key, such as {@code PRIMARY}. */
    public static Optional<String> constraintOf(Throwable error) {
        return PostgresqlErrorDetails.constraintOf(error)
                .or(() -> namesOf(error).constraint());
    }

    /** The table whose rule was violated; of a foreign key the table that refers to the other. */
    public static Optional<String> tableOf(Throwable error) {
        return PostgresqlErrorDetails.tableOf(error).or(() -> namesOf(error).table());
    }

    /**
     * The column that refused the value: of a NOT NULL rule on every database, of the type also on H2 and MariaDB. Not of a
     * constraint, which may span several.
     */
    public static Optional<String> columnOf(Throwable error) {
        return PostgresqlErrorDetails.columnOf(error).or(() -> namesOf(error).column());
    }

    /**
     * The number, counted from 1, of the COPY line that the server refused; empty where the error is not of one line,
     * as with a foreign key, which PostgreSQL checks only at the end of the statement.
     */
    public static Optional<Long> copyLineOf(Throwable error) {
        return PostgresqlErrorDetails.copyLineOf(error);
    }

    /** The place in the text of the statement, counted from 1, that the server points at; PostgreSQL only. */
    public static Optional<Integer> positionOf(Throwable error) {
        return PostgresqlErrorDetails.positionOf(error);
    }

    private static SqlErrorKind ownKind(Throwable error) {
        if (error instanceof R2dbcException r2dbc) {
            SqlErrorKind byCode = kindOfCode(r2dbc.getErrorCode());
            if (byCode != SqlErrorKind.OTHER) {
                return byCode;
            }
            String state = r2dbc.getSqlState();
            SqlErrorKind byState = state == null ? SqlErrorKind.OTHER : kindOfState(state);
            if (byState != SqlErrorKind.OTHER) {
                return byState;
            }
            if (error instanceof R2dbcDataIntegrityViolationException) {
                return SqlErrorKind.INTEGRITY_VIOLATION;
            }
            if (error instanceof R2dbcRollbackException) {
                return SqlErrorKind.TRANSACTION_ABORTED;
            }
            boolean resource = error instanceof R2dbcNonTransientResourceException
                    || error instanceof R2dbcTransientResourceException;
            return resource && state == null ? SqlErrorKind.CONNECTION_LOST : SqlErrorKind.OTHER;
        }
        return error instanceof IOException ? SqlErrorKind.CONNECTION_LOST : SqlErrorKind.OTHER;
    }

    /** The codes of the vendors do not overlap, and PostgreSQL has none. */
    private static SqlErrorKind kindOfCode(int code) {
        SqlErrorKind mariadb = MariadbErrorCodes.kindOf(code);
        return mariadb == SqlErrorKind.OTHER ? H2ErrorCodes.kindOf(code) : mariadb;
    }

    private static ErrorNames namesOf(Throwable error) {
        for (Throwable current = error; current != null; current = nextCause(current)) {
            String message = current.getMessage();
            if (current instanceof R2dbcException r2dbc && message != null) {
                int code = r2dbc.getErrorCode();
                return MariadbErrorText.namesOf(code, message)
                        .or(() -> H2ErrorText.namesOf(code, message))
                        .or(() -> SqliteErrorText.namesOf(code, message))
                        .orElse(ErrorNames.NONE);
            }
        }
        return ErrorNames.NONE;
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
            case "25P03", "25P04", "57P01", "57P02", "57P03", "57P04", "57P05" -> SqlErrorKind.CONNECTION_LOST;
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
