package io.headrace.pool;

import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.R2dbcTransientException;
import java.security.cert.CertificateException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What the error of a connect means. */
final class ConnectFailure {

    /** SQLSTATE class "insufficient resources", to which {@code too_many_connections} belongs. */
    private static final String NO_ROOM = "53";

    private ConnectFailure() {}

    /** Whether the same connect may succeed later, though nobody changes the settings of the pool. */
    static boolean mayPass(Throwable error) {
        if (error instanceof PoolConnectTimeoutException) {
            return true;
        }
        if (hasCause(error, CertificateException.class::isInstance)) {
            return false;
        }
        return isNoRoom(error) || SqlErrors.kindOf(error) == SqlErrorKind.CONNECTION_LOST || isTemporary(error);
    }

    /** Whether connections that are open may be broken for the same reason. */
    static boolean isBreak(Throwable error) {
        return mayPass(error) && !isNoRoom(error);
    }

    private static boolean isNoRoom(Throwable error) {
        return SqlErrors.sqlStateOf(error)
                .filter(state -> state.startsWith(NO_ROOM))
                .isPresent();
    }

    private static boolean isTemporary(Throwable error) {
        return SqlErrors.sqlStateOf(error).isEmpty()
                && hasCause(
                        error,
                        cause -> cause instanceof TimeoutException
                                || cause instanceof R2dbcTimeoutException
                                || cause instanceof R2dbcTransientException);
    }

    /** The innermost class and SQLSTATE. Not the message, which is the driver's and may tell more than a log should know. */
    private static String nameOf(Throwable error) {
        Throwable root = error;
        for (Throwable cause = root.getCause(); cause != null && cause != root; cause = root.getCause()) {
            root = cause;
        }
        Class<?> type = root.getClass();
        String name = type.getSimpleName().isEmpty() ? type.getName() : type.getSimpleName();
        Optional<String> state = SqlErrors.sqlStateOf(error);
        return state.isPresent() ? name + " (SQLSTATE " + state.get() + ")" : name;
    }

    static String advice(Throwable error) {
        return "The last connect failed with " + nameOf(error)
                + ". Look whether the database is up, reachable and has room for connections.";
    }

    private static boolean hasCause(Throwable error, Predicate<Throwable> wanted) {
        for (Throwable current = error; current != null; current = nextCause(current)) {
            if (wanted.test(current)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable Throwable nextCause(Throwable error) {
        Throwable cause = error.getCause();
        return cause == error ? null : cause;
    }
}
