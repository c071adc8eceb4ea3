package io.headrace.benchmarks.harness;

/**
 * How often everyone does the work.
 *
 * @param warmUp rounds that do not count, 0 or more
 * @param measured rounds that count, 1 or more
 */
public record Rounds(int warmUp, int measured) {

    /** Checks the ranges. */
    public Rounds {
        if (warmUp < 0 || measured < 1) {
            throw new IllegalArgumentException("there must be at least one measured round and no fewer than 0 for"
                    + " warming up, but they are " + measured + " and " + warmUp);
        }
    }

    public int all() {
        return warmUp + measured;
    }

    public boolean counts(int round) {
        return round >= warmUp;
    }
}
