package io.headrace.core.error;

import io.r2dbc.postgresql.api.ErrorDetails;
import io.r2dbc.postgresql.api.PostgresqlException;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What PostgreSQL says of an error beside its SQLSTATE; empty where its driver is not on the class path. */
final class PostgresqlErrorDetails {

    private static final boolean DRIVER_PRESENT = isDriverPresent();

    /** The CONTEXT line of a COPY error, as {@code CopyFromErrorCallback} of the server writes it, untranslated or not. */
    private static final Pattern COPY_LINE = Pattern.compile("^COPY .+?, \\D+ (\\d+)(?:\\D|$)");

    private PostgresqlErrorDetails() {}

    static Optional<String> constraintOf(Throwable error) {
        return DRIVER_PRESENT ? Details.find(error, ErrorDetails::getConstraintName) : Optional.empty();
    }

    static Optional<String> tableOf(Throwable error) {
        return DRIVER_PRESENT ? Details.find(error, ErrorDetails::getTableName) : Optional.empty();
    }

    static Optional<String> columnOf(Throwable error) {
        return DRIVER_PRESENT ? Details.find(error, ErrorDetails::getColumnName) : Optional.empty();
    }

    static Optional<Long> copyLineOf(Throwable error) {
        Optional<String> where = DRIVER_PRESENT ? Details.find(error, ErrorDetails::getWhere) : Optional.empty();
        return where.map(COPY_LINE::matcher).filter(Matcher::find).map(match -> Long.valueOf(match.group(1)));
    }

    static Optional<Integer> positionOf(Throwable error) {
        Optional<String> position = DRIVER_PRESENT ? Details.find(error, ErrorDetails::getPosition) : Optional.empty();
        return position.map(Integer::valueOf);
    }

    private static boolean isDriverPresent() {
        try {
            Class.forName("io.r2dbc.postgresql.api.PostgresqlException", false, SqlErrors.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException absent) {
            return false;
        }
    }

    /** Apart, so that the driver's classes are linked only where they exist. */
    private static final class Details {
        static Optional<String> find(Throwable error, Function<ErrorDetails, Optional<String>> detail) {
            for (Throwable current = error; current != null; current = current.getCause()) {
                if (current instanceof PostgresqlException postgresql) {
                    return detail.apply(postgresql.getErrorDetails());
                }
            }
            return Optional.empty();
        }
    }
}
