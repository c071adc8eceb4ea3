package io.headrace.tx;

/** A stream gave more elements than may be held until the commit; its transaction is rolled back. */
public final class TooManyHeldException extends TransactionException {

    private static final long serialVersionUID = 1L;

    TooManyHeldException(String transaction, int limit) {
        super(transaction + " was rolled back: its body gave more than " + limit
                + " elements, the limit of TransactionOptions.holdUntilCommit. Raise the limit, or let the elements pass"
                + " before the commit.");
    }
}
