package io.headrace.tx;

/**
 * The body completed, but a part that had joined its transaction failed before, and its error was handled on the way: what
 * the part left half done is not committed. The cause is the error of the part.
 *
 * <p>Without a cause it is the reason of an attempt that is skipped because it called {@code setRollbackOnly()}.
 */
public final class RolledBackException extends TransactionException {

    private static final long serialVersionUID = 1L;

    RolledBackException(String transaction, Throwable part) {
        super(
                transaction
                        + " was rolled back although its body completed: a part that had joined it by required(), mandatory() or"
                        + " supports() failed. If that is no reason to roll back, give the part a savepoint of its own with nested().");
        initCause(part);
    }

    private RolledBackException(String message) {
        super(message);
    }

    /** Where the transaction is of another framework, which can be told only by an error. */
    static RolledBackException asAsked(String transaction) {
        return new RolledBackException(transaction
                + " was marked by setRollbackOnly() and is rolled back; it was not begun by tx.required(), and ends in this"
                + " error because whoever has begun it would commit it otherwise.");
    }

    /** Of an attempt that called {@code setRollbackOnly()}: it is undone, so it is not kept. */
    static RolledBackException ofAttempt(String transaction) {
        return new RolledBackException(
                "an attempt in " + transaction + " was rolled back because it called setRollbackOnly()");
    }
}
