package io.headrace.benchmarks.harness;

/**
 * What one run of a piece of work cost this process.
 *
 * @param nanos time by the clock
 * @param processorNanos processor time of all threads of the process, collector and compiler included; what the database
 *     server used is not in it
 * @param allocatedBytes what all threads of the process allocated on the heap
 */
record Usage(long nanos, long processorNanos, long allocatedBytes) {}
