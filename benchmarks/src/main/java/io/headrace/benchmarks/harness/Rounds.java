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

    /** One contender's turn. */
    @FunctionalInterface
    public interface Turn {

        /**
         * Does the work.
         *
         * @param contender its number, from 0
         * @param counts whether the round is a measured one
         */
        void take(int contender, boolean counts) throws Exception;
    }

    /** Lets contenders take turns; each round begins with another one. Progress goes to the standard error. */
    public void goAround(String title, int contenders, Turn turn) throws Exception {
        int all = warmUp + measured;
        for (int round = 0; round < all; round++) {
            System.err.printf("%s: round %d of %d%n", title, round + 1, all);
            for (int place = 0; place < contenders; place++) {
                turn.take((place + round) % contenders, round >= warmUp);
            }
        }
    }
}
