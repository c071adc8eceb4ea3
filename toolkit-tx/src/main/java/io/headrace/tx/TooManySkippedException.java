package io.headrace.tx;

/** More items failed than may be skipped; the whole transaction rolls back. The reasons are attached as suppressed. */
public final class TooManySkippedException extends TransactionException {

    private static final long serialVersionUID = 1L;

    // A message full of stack traces helps nobody; the callback sees every reason.
    private static final int REASONS_ATTACHED = 20;

    private final long limit;

    TooManySkippedException(long limit, Iterable<Throwable> reasons) {
        super("more than " + limit
                + " items failed, the limit of AttemptOptions.maximumSkipped; the transaction is rolled"
                + " back. Raise the limit or correct the items; the first reasons are attached as suppressed.");
        this.limit = limit;
        int attached = 0;
        for (Throwable reason : reasons) {
            if (attached++ == REASONS_ATTACHED) {
                break;
            }
            addSuppressed(reason);
        }
    }

    /** The limit that was passed. */
    public long limit() {
        return limit;
    }
}
