package io.headrace.core.error;

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
}
