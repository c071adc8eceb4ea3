package io.headrace.tx;

/**
 * Tells something about a transaction beside an error that is not ours and passes through as it is: it travels as a
 * suppressed exception and is printed with the stack trace.
 */
final class TransactionNote extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private TransactionNote(String message) {
        super(message, null, false, false);
    }

    static void add(Throwable error, String text) {
        for (Throwable known : error.getSuppressed()) {
            if (known instanceof TransactionNote && text.equals(known.getMessage())) {
                return;
            }
        }
        error.addSuppressed(new TransactionNote(text));
    }
}
