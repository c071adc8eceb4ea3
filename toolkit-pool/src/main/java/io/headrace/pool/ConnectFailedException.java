package io.headrace.pool;

import static java.util.Objects.requireNonNull;

/**
 * Says inside this module that a connection could not be opened for a reason that may pass, and that the one who wanted it
 * is to wait for the next.
 */
final class ConnectFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ConnectFailedException(Throwable reason) {
        // no stack trace: it is a signal between two classes, and a database that is down makes many of them
        super(reason.getMessage(), reason, true, false);
    }

    Throwable reason() {
        return requireNonNull(getCause());
    }
}
