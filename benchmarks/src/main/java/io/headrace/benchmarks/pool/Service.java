package io.headrace.benchmarks.pool;

/** What asks the database for something, again and again, over a pool. */
interface Service extends AutoCloseable {

    /** Asks once; ends with an error after the call timeout at the latest. */
    void call() throws Exception;
}
