package io.headrace.core.error;

/**
 * A row does not fit the type it was asked as: a column is missing, NULL or of another type. The message names column,
 * component and row number, never the value.
 */
public final class MappingException extends DatabaseException {

    private static final long serialVersionUID = 1L;

    /** @param message what, where and what to do about it */
    public MappingException(String message) {
        super(message);
    }

    /**
     * @param message what, where and what to do about it
     * @param cause what the driver or the constructor said
     */
    public MappingException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The same error with the number of the row, counted from 1, put before its message. */
    public MappingException atRow(long rowNumber) {
        return new MappingException("row " + rowNumber + ": " + getMessage(), this);
    }
}
