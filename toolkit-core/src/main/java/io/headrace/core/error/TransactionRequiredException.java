package io.headrace.core.error;

/** A statement makes sense only in a transaction, and there is none where it was subscribed. It was not sent. */
public final class TransactionRequiredException extends DatabaseException {

    private static final long serialVersionUID = 1L;

    /** @param message what, where and what to do about it */
    public TransactionRequiredException(String message) {
        super(message);
    }
}
