package io.headrace.core.coalesce;

/**
 * Settings of a {@link Writer}; immutable.
 *
 * @param batchSize how many rows one statement writes at most, 1 to 10,000
 * @param concurrency how many batches outside transactions may be in flight at a time, 1 to 256; each takes a connection,
 *     so stay below the size of the pool. Inside a transaction it is always one
 * @param maxWaiting how many callers may wait for the next batch, 1 to 10,000,000; who comes on top fails at once
 */
public record WriterConfig(int batchSize, int concurrency, int maxWaiting) {

    /** Checks the ranges. */
    public WriterConfig {
        Limits.check(batchSize, concurrency, maxWaiting);
    }

    /**
     * The defaults. 256 rows per statement, one batch in flight, which keeps rows in order and makes the largest batches
     * (two at a time wrote less in our measurement), and 10,000 waiting, some forty batches.
     */
    public static WriterConfig defaults() {
        return new WriterConfig(256, 1, 10_000);
    }

    /** The same with this batch size. */
    public WriterConfig withBatchSize(int rows) {
        return new WriterConfig(rows, concurrency, maxWaiting);
    }

    /** The same with so many batches in flight at a time. */
    public WriterConfig withConcurrency(int batches) {
        return new WriterConfig(batchSize, batches, maxWaiting);
    }

    /** The same with room for so many waiting callers. */
    public WriterConfig withMaxWaiting(int callers) {
        return new WriterConfig(batchSize, concurrency, callers);
    }

    Limits limits() {
        return new Limits(batchSize, concurrency, maxWaiting);
    }
}
