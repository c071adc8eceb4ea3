package io.headrace.pool;

/**
 * How the results of one statement are read, and what a cancel means to the driver.
 *
 * @param results for the publisher of the results
 * @param rows for the publisher of the rows of one result
 * @param unreadHoldsUp whether a result that nobody reads holds up the connection
 */
record Reading(OnCancel results, OnCancel rows, boolean unreadHoldsUp) {

    private static final Reading PASSED = new Reading(OnCancel.PASS_IN_PEACE, OnCancel.PASS, false);
    private static final Reading WHOLE = new Reading(OnCancel.DRAIN, OnCancel.DRAIN, true);
    private static final Reading CHUNKS = new Reading(OnCancel.PASS, OnCancel.DRAIN, true);
    private static final Reading BOUND = new Reading(OnCancel.PASS_IN_PEACE, OnCancel.DRAIN, false);
    private static final Reading BOUND_CHUNKS = new Reading(OnCancel.PASS_IN_PEACE, OnCancel.PASS, false);

    /**
     * Where the driver must not be cancelled (r2dbc-postgresql): a statement with parameters is sent when its result is
     * read, and only then is there something to wait for; one that is read in chunks ends at the end of a chunk when it
     * is cancelled, and would else be read to its end.
     */
    static Reading of(OnCancel driver, boolean bound, boolean chunked) {
        if (driver == OnCancel.PASS) {
            return PASSED;
        }
        if (bound) {
            return chunked ? BOUND_CHUNKS : BOUND;
        }
        return chunked ? CHUNKS : WHOLE;
    }
}
