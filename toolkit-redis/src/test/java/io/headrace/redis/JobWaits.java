package io.headrace.redis;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** How long jobs waited, whose worker had died, until another began. Times are those of {@link System#nanoTime()}. */
final class JobWaits {

    /** What a wait consists of. */
    private enum Kind {
        /** The end of the lease, and the next look of a reaper. */
        ORDINARY,
        /** Lost twice or more, so others of its kind may come first. */
        SUSPECT,
        /** Also that Redis or its links came back, or that a worker was there again. */
        DISTURBED
    }

    /** Until all have found their way back. */
    private static final long AFTERMATH = TimeUnit.SECONDS.toNanos(6);

    private final Map<Kind, Long> longest = new EnumMap<>(Kind.class);
    private int alive;
    private int deaths;
    private long disturbance = System.nanoTime();

    void born(long now) {
        if (alive++ == 0) {
            disturbed(now);
        }
    }

    void died(long now) {
        deaths++;
        if (--alive == 0) {
            disturbed(now);
        }
    }

    void disturbed(long now) {
        disturbance = now;
    }

    /** A job that was lost was begun again, in its so manieth delivery. */
    void add(long lost, long begun, int delivery) {
        Kind kind = disturbance - lost > -AFTERMATH ? Kind.DISTURBED : delivery > 2 ? Kind.SUSPECT : Kind.ORDINARY;
        longest.merge(kind, begun - lost, Math::max);
    }

    int deaths() {
        return deaths;
    }

    Duration ordinary() {
        return longest(Kind.ORDINARY);
    }

    private Duration longest(Kind kind) {
        return Duration.ofNanos(longest.getOrDefault(kind, 0L));
    }

    @Override
    public String toString() {
        return "ordinary " + ordinary() + ", suspect " + longest(Kind.SUSPECT) + ", disturbed "
                + longest(Kind.DISTURBED);
    }
}
