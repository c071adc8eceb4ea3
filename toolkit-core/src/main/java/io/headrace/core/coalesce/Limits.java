package io.headrace.core.coalesce;

/**
 * How much a gatherer takes.
 *
 * @param batchSize how many keys or rows one statement carries at most
 * @param concurrency how many batches may be in flight at a time
 * @param maxWaiting how many callers may wait for the next batch
 */
record Limits(int batchSize, int concurrency, int maxWaiting) {

    // Well below the 65,535 parameters of a statement, for databases whose bulk insert is a list of VALUES.
    private static final int LARGEST_BATCH = 10_000;
    private static final int LARGEST_CONCURRENCY = 256;
    private static final int MOST_WAITING = 10_000_000;

    /** Fails where one of them is out of range. */
    static void check(int batchSize, int concurrency, int maxWaiting) {
        check("batchSize", batchSize, LARGEST_BATCH);
        check("concurrency", concurrency, LARGEST_CONCURRENCY);
        check("maxWaiting", maxWaiting, MOST_WAITING);
    }

    /** In a transaction: one connection does one statement at a time. */
    Limits oneAtATime() {
        return new Limits(batchSize, 1, maxWaiting);
    }

    private static void check(String setting, int value, int largest) {
        if (value < 1 || value > largest) {
            throw new IllegalArgumentException(setting + " must be between 1 and " + largest + ", was " + value);
        }
    }
}
