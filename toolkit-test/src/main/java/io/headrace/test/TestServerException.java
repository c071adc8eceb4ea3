package io.headrace.test;

import org.jspecify.annotations.Nullable;

/**
 * A test server that can't be started, reached or asked.
 *
 * <p>The message says which server, what happened and what to do about it. It never contains a password.
 */
public final class TestServerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TestServerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
