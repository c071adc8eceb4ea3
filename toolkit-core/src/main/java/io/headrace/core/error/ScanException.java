package io.headrace.core.error;

/** A result cannot be scanned by its key: a key column is missing, holds NULL or is not unique. No value is named. */
public final class ScanException extends DatabaseException {

    private static final long serialVersionUID = 1L;

    /** @param message what, where and what to do about it */
    public ScanException(String message) {
        super(message);
    }
}
