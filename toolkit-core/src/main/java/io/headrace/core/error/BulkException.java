package io.headrace.core.error;

/** A bulk write was refused before its first row or one of its rows cannot be encoded; nothing of the bulk is kept. */
public final class BulkException extends DatabaseException {

    private static final long serialVersionUID = 1L;

    /** @param message what, where and what to do about it */
    public BulkException(String message) {
        super(message);
    }

    /**
     * @param message what, where and what to do about it
     * @param cause what the driver or the JDK said
     */
    public BulkException(String message, Throwable cause) {
        super(message, cause);
    }
}
