package io.headrace.core.error;

/**
 * A bulk write was refused before its first row, or one of its rows cannot be written. Nothing of the bulk is kept, unless it
 * was to commit chunk by chunk: then {@link #committedRows} are.
 */
public final class BulkException extends DatabaseException {

    private static final long serialVersionUID = 1L;

    private final long committedRows;

    /** @param message what, where and what to do about it */
    public BulkException(String message) {
        super(message);
        this.committedRows = 0;
    }

    /**
     * @param message what, where and what to do about it
     * @param cause what the driver or the JDK said
     */
    public BulkException(String message, Throwable cause) {
        this(message, cause, 0);
    }

    /**
     * @param message what, where and what to do about it
     * @param cause what the driver or the JDK said
     * @param committedRows how many rows of the bulk had been committed before
     */
    public BulkException(String message, Throwable cause, long committedRows) {
        super(message, cause);
        this.committedRows = committedRows;
    }

    /** How many rows, from the first on, are committed and stay. */
    public long committedRows() {
        return committedRows;
    }
}
