package io.headrace.tx;

/** The transaction that is under way is not what the one who would join it asks for, or none may be there. */
public final class IncompatibleTransactionException extends TransactionException {

    private static final long serialVersionUID = 1L;

    IncompatibleTransactionException(String message) {
        super(message);
    }
}
