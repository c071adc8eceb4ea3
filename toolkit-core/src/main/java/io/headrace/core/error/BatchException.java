package io.headrace.core.error;

/**
 * A statement that served several callers at once failed. Each caller gets an exception of its own, for what is added to
 * one must not show at the others; the cause is the one error that they share. {@link SqlErrors} sees through to it.
 */
public final class BatchException extends DatabaseException {

    private static final long serialVersionUID = 1L;

    private final boolean outcomeUnknown;

    /**
     * @param message what, where and what to do about it
     * @param cause what the driver or a mapper said
     */
    public BatchException(String message, Throwable cause) {
        this(message, cause, false);
    }

    /**
     * @param message what, where and what to do about it
     * @param cause what the driver or a mapper said
     * @param outcomeUnknown whether the statement may have taken effect all the same
     */
    public BatchException(String message, Throwable cause, boolean outcomeUnknown) {
        super(message, cause);
        this.outcomeUnknown = outcomeUnknown;
    }

    /** Whether rows of the batch may have been written: the connection was lost after they had been sent. */
    public boolean isOutcomeUnknown() {
        return outcomeUnknown;
    }
}
