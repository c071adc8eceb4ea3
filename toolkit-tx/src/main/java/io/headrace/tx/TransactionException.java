package io.headrace.tx;

/**
 * The root of all errors that toolkit-tx itself raises. What the body of a transaction or the driver fails with passes
 * through as it is.
 */
public abstract class TransactionException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TransactionException(String message) {
        super(message);
    }
}
