package io.headrace.core.error;

import org.jspecify.annotations.Nullable;

/**
 * A statement and its bound parameters do not fit: unbound, unknown or bound twice, or the text cannot be scanned. Raised
 * before any I/O; shows the place in the text, never a value.
 */
public final class ParameterException extends DatabaseException {

    private static final long serialVersionUID = 1L;

    /** @param message what, where and what to do about it */
    public ParameterException(String message) {
        super(message);
    }

    /**
     * @param message what, where and what to do about it
     * @param cause what a converter or codec said; null where there is none
     */
    public ParameterException(String message, @Nullable Throwable cause) {
        super(message);
        if (cause != null) {
            initCause(cause);
        }
    }
}
