package io.headrace.redis;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/** The moments at which something recurs. Every call with the same argument must give the same answer, in any process. */
@FunctionalInterface
public interface Schedule {

    /**
     * The next moment.
     *
     * @param after some moment
     * @return the first of the schedule behind it, or empty when there is none
     */
    Optional<Instant> next(Instant after);

    /**
     * The moments of a cron expression. Needs {@code com.cronutils:cron-utils} on the class path.
     *
     * @param expression five fields as in Unix (minute, hour, day of month, month, day of week), or six with seconds in front
     * @param zone in which the fields are meant; a time that the zone leaves out is moved or skipped as that library does
     * @return the schedule
     * @throws IllegalArgumentException when the expression is not understood or the library is absent
     */
    static Schedule cron(String expression, ZoneId zone) {
        try {
            return CronSchedule.of(expression, zone);
        } catch (NoClassDefFoundError e) {
            throw new IllegalArgumentException(
                    "A cron expression needs com.cronutils:cron-utils on the class path. Add it, or write a Schedule.",
                    e);
        }
    }

    /**
     * The multiples of a time since 1970, so that all processes agree on them.
     *
     * @param period at least 1 ms
     * @return the schedule
     */
    static Schedule every(Duration period) {
        long millis = Settings.positive("period", period).toMillis();
        return after -> Optional.of(Instant.ofEpochMilli((Math.floorDiv(after.toEpochMilli(), millis) + 1) * millis));
    }
}
