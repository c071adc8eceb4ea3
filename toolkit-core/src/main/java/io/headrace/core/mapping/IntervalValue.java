package io.headrace.core.mapping;

import java.time.Duration;
import java.time.Period;

/**
 * An interval as PostgreSQL keeps it: three parts that do not turn into each other.
 *
 * @param months years and months together
 * @param days days, which are not always 24 hours long
 * @param micros the rest
 */
record IntervalValue(int months, int days, long micros) {

    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final long MICROS_PER_HOUR = 3_600 * MICROS_PER_SECOND;
    private static final int MONTHS_PER_YEAR = 12;

    /** Days count 24 hours, since that is what the difference of two timestamps means by them; months have no length. */
    Duration toDuration() {
        if (months != 0) {
            throw new ConversionException("an interval has a month part, which a Duration cannot hold; read a Period");
        }
        return Duration.ofDays(days)
                .plusSeconds(Math.floorDiv(micros, MICROS_PER_SECOND))
                .plusNanos(Math.floorMod(micros, MICROS_PER_SECOND) * 1_000);
    }

    /** Years and months normalised, days apart. */
    Period toPeriod() {
        if (micros != 0) {
            throw new ConversionException("an interval has a time part, which a Period cannot hold; read a Duration");
        }
        return Period.of(months / MONTHS_PER_YEAR, months % MONTHS_PER_YEAR, days);
    }

    static IntervalValue of(Duration duration) {
        if (duration.getNano() % 1_000 != 0) {
            throw new ConversionException("a Duration is finer than a microsecond; truncate it");
        }
        try {
            long micros = Math.addExact(
                    Math.multiplyExact(duration.getSeconds(), MICROS_PER_SECOND), duration.getNano() / 1_000L);
            return new IntervalValue(0, 0, micros);
        } catch (ArithmeticException error) {
            throw new ConversionException("a Duration is out of the range of an interval");
        }
    }

    static IntervalValue of(Period period) {
        try {
            return new IntervalValue(Math.toIntExact(period.toTotalMonths()), period.getDays(), 0);
        } catch (ArithmeticException error) {
            throw new ConversionException("a Period is out of the range of an interval");
        }
    }

    /** A form that every server reads the same whatever its interval style, each number small enough for any of them. */
    String toSql() {
        return months + " months " + days + " days " + micros / MICROS_PER_HOUR + " hours "
                + micros % MICROS_PER_HOUR / MICROS_PER_SECOND + " seconds " + micros % MICROS_PER_SECOND
                + " microseconds";
    }

    /** ISO 8601, for those who ask for no type at all. */
    @Override
    public String toString() {
        Duration time = Duration.ofSeconds(
                Math.floorDiv(micros, MICROS_PER_SECOND), Math.floorMod(micros, MICROS_PER_SECOND) * 1_000);
        String date = Period.of(months / MONTHS_PER_YEAR, months % MONTHS_PER_YEAR, days)
                .toString();
        if (micros == 0) {
            return date;
        }
        return months == 0 && days == 0
                ? time.toString()
                : date + time.toString().substring(1);
    }
}
