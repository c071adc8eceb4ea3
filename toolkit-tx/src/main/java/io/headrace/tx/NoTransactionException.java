package io.headrace.tx;

/** Something that belongs inside a transaction was asked for where none is under way. */
public final class NoTransactionException extends TransactionException {

    private static final long serialVersionUID = 1L;

    NoTransactionException(String operation) {
        super(operation
                + " needs a transaction and none is under way here; wrap the caller in tx.required(). A transaction"
                + " travels in Reactor's context, so it is lost behind a toFuture() or a subscribe() of its own.");
    }
}
