package io.headrace.core.coalesce;

/**
 * Settings of a {@link Loader}; immutable.
 *
 * @param batchSize how many distinct keys one statement asks for at most, 1 to 10,000
 * @param concurrency how many batches outside transactions may be in flight at a time, 1 to 256; each takes a connection,
 *     so stay below the size of the pool. Inside a transaction it is always one
 * @param maxWaiting how many callers may wait for the next batch, 1 to 10,000,000; who comes on top fails at once
 */
public record LoaderConfig(int batchSize, int concurrency, int maxWaiting) {

    /** Checks the ranges. */
    public LoaderConfig {
        Limits.check(batchSize, concurrency, maxWaiting);
    }

    /**
     * The defaults. 256 keys per statement: with more the cost of a key hardly falls, and those of a batch wait for all of it.
     * One batch in flight: with 256 callers two or three batches at a time were not faster in our measurement, and more were
     * slower, because they were smaller; raise it for many more callers than a batch holds, or where one slow
     * statement must not hold up the others. 10,000 waiting, some forty batches: who came later would wait for long.
     */
    public static LoaderConfig defaults() {
        return new LoaderConfig(256, 1, 10_000);
    }

    /** The same with this batch size. */
    public LoaderConfig withBatchSize(int keys) {
        return new LoaderConfig(keys, concurrency, maxWaiting);
    }

    /** The same with so many batches in flight at a time. */
    public LoaderConfig withConcurrency(int batches) {
        return new LoaderConfig(batchSize, batches, maxWaiting);
    }

    /** The same with room for so many waiting callers. */
    public LoaderConfig withMaxWaiting(int callers) {
        return new LoaderConfig(batchSize, concurrency, callers);
    }

    Limits limits() {
        return new Limits(batchSize, concurrency, maxWaiting);
    }
}
