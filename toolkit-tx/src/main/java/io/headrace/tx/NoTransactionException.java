package io.headrace.tx;

/** A savepoint was asked for where no transaction is under way. */
public final class NoTransactionException extends TransactionException {

    private static final long serialVersionUID = 1L;

    NoTransactionException(String operation) {
        super(operation
                + " needs a transaction and none is under way here; wrap the caller in tx.required(). A transaction"
                + " travels in Reactor's context, so it is lost behind a toFuture() or a subscribe() of its own.");
    }
}
