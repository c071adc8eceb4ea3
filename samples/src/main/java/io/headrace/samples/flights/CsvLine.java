package io.headrace.samples.flights;

/**
 * One line of a file.
 *
 * @param number its place, counted from 1
 * @param text the line without its end
 */
record CsvLine(long number, String text) {}
