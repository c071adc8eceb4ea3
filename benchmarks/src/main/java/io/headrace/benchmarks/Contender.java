package io.headrace.benchmarks;

import java.util.concurrent.Callable;

/**
 * One way to do a piece of work.
 *
 * @param name how it stands in the table
 * @param work does all of it once and returns a figure by which the same work shows
 */
record Contender(String name, Callable<Long> work) {}
