package io.headrace.benchmarks.harness;

import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What a contender took in each measured round.
 *
 * @param name the contender
 * @param units how much it did in a round
 * @param rounds what each took, in order
 */
record Standing(String name, int units, List<Usage> rounds) {

    Standing {
        rounds = List.copyOf(rounds);
    }

    /** Nanoseconds for each unit in the fastest round. */
    double best() {
        return rounds.stream().mapToLong(Usage::nanos).min().orElseThrow() / (double) units;
    }

    /** Nanoseconds for each unit in the round in the middle. */
    double median() {
        return median(Usage::nanos);
    }

    /** Nanoseconds of processor time for each unit in the round in the middle. */
    double processor() {
        return median(Usage::processorNanos);
    }

    /** Bytes allocated for each unit in the round in the middle. */
    double allocated() {
        return median(Usage::allocatedBytes);
    }

    private double median(ToLongFunction<Usage> figure) {
        return Medians.of(rounds.stream().mapToDouble(figure::applyAsLong)) / units;
    }
}
