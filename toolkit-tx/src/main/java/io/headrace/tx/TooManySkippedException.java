package io.headrace.tx;

/** More items failed than may be skipped; the whole transaction rolls back. The first 20 reasons are attached as suppressed. */
public final class TooManySkippedException extends TransactionException {

    // A message full of stack traces helps nobody; the callback sees every reason.
    static final int REASONS_ATTACHED = 20;

    private static final long serialVersionUID = 1L;

    private final long limit;

    TooManySkippedException(long limit, Iterable<Throwable> reasons) {
        super("more than " + limit
                + " items failed, the limit of AttemptOptions.maximumSkipped; the transaction is rolled"
                + " back. Raise the limit or correct the items; the first reasons are attached as suppressed, and"
                + " AttemptOptions.onSkip is told all.");
        this.limit = limit;
        reasons.forEach(this::addSuppressed);
    }

    /** The limit that was passed. */
    public long limit() {
        return limit;
    }
}
