package io.headrace.core.error;

/** A statement gave more or fewer rows than its result shape allows, such as two rows where {@code one()} was asked. */
public final class RowCountException extends DatabaseException {

    private static final long serialVersionUID = 1L;

    /** @param message what, where and what to do about it */
    public RowCountException(String message) {
        super(message);
    }
}
