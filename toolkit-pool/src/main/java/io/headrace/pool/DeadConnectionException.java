package io.headrace.pool;

import org.jspecify.annotations.Nullable;

/** Says inside this module that an idle connection does not work any more and that the next one is to be tried. */
final class DeadConnectionException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DeadConnectionException(String reason, @Nullable Throwable cause) {
        // no stack trace: it is a signal between two classes, and a failover makes many of them at once
        super(reason, cause, true, false);
    }
}
