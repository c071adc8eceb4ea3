package io.headrace.benchmarks.pool;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** How long each acquire of one contender took, round by round. */
final class AcquireTimes {

    private static final double NANOS_PER_MICRO = 1e3;

    private final List<long[]> rounds = new ArrayList<>();
    private final AtomicInteger count = new AtomicInteger();
    private volatile long[] current = {};

    /** Room for the acquires of one round; its 8 bytes for each are part of what every contender allocates. */
    void beginRound(int loans) {
        current = new long[loans];
        rounds.add(current);
        count.set(0);
    }

    /** A caller has its connection. */
    void add(long nanos) {
        current[count.getAndIncrement()] = nanos;
    }

    /** Fails unless there was an acquire for each loan. */
    void endRound() {
        if (count.get() != current.length) {
            throw new IllegalStateException(
                    "a round of %,d loans took %,d connections from the pool".formatted(current.length, count.get()));
        }
    }

    /**
     * Microseconds within which so many of a hundred acquires ended, in the round in the middle.
     *
     * @param warmUp how many rounds do not count
     */
    double micros(int percent, int warmUp) {
        double[] sorted = rounds.stream()
                .skip(warmUp)
                .mapToDouble(round -> percentile(round, percent))
                .sorted()
                .toArray();
        return sorted[sorted.length / 2] / NANOS_PER_MICRO;
    }

    private static long percentile(long[] round, int percent) {
        long[] sorted = round.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.min(sorted.length - 1L, (long) sorted.length * percent / 100)];
    }
}
