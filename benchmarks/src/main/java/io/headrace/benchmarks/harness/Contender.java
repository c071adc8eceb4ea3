package io.headrace.benchmarks.harness;

/**
 * One way to do a piece of work.
 *
 * @param name how it stands in the table, with the settings that matter
 * @param units how much of it this contender does in a round
 * @param work does it
 */
record Contender(String name, int units, Work work) {}
