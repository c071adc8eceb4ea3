package io.headrace.benchmarks.harness;

/** Some number of units of one kind, rows or calls, done once. */
@FunctionalInterface
public interface Work {

    /**
     * Does the work and waits until all of it is done.
     *
     * @param units how many rows or calls
     * @return a figure that is the same for everyone who did the same work
     */
    long run(int units) throws Exception;
}
