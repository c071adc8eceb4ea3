package io.headrace.benchmarks.harness;

import java.util.stream.DoubleStream;

/** The value in the middle; of an even number of values the mean of the two in the middle. */
public final class Medians {

    private Medians() {}

    /** The median of at least one value. */
    public static double of(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
