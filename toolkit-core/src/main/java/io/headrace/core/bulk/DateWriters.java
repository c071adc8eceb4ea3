package io.headrace.core.bulk;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Set;

/**
 * Dates and times. What Java calls MAX and MIN is PostgreSQL's infinity, as the driver reads it; anything else out of the
 * server's range, or finer than a microsecond, is refused.
 */
final class DateWriters {

    private static final LocalDate FIRST_DATE = LocalDate.of(-4713, 11, 24);
    private static final LocalDate LAST_DATE = LocalDate.of(5_874_897, 12, 31);
    private static final long EPOCH_DAY = LocalDate.of(2000, 1, 1).toEpochDay();
    private static final long FIRST_SECOND = FIRST_DATE.atStartOfDay().toEpochSecond(ZoneOffset.UTC);
    private static final long END_SECOND = LocalDateTime.of(294_277, 1, 1, 0, 0).toEpochSecond(ZoneOffset.UTC);
    private static final long EPOCH_SECOND = EPOCH_DAY * 86_400;
    private static final int LARGEST_ZONE = 15 * 3_600 + 59 * 60 + 59;
    private static final long MICROS_PER_SECOND = 1_000_000;

    static final ValueWriter DATE = new ScalarWriter(
            Set.of(LocalDate.class),
            (value, out) -> out.putInt(4).putInt(days((LocalDate) value)),
            (value, out) -> dateText((LocalDate) value, out));

    static final ValueWriter TIME = new ScalarWriter(
            Set.of(LocalTime.class),
            (value, out) -> out.putInt(8).putLong(wholeMicros(((LocalTime) value).toNanoOfDay())),
            (value, out) -> timeText((LocalTime) value, out));

    static final ValueWriter TIMETZ = new ScalarWriter(
            Set.of(OffsetTime.class),
            (value, out) -> {
                OffsetTime time = (OffsetTime) value;
                // The server counts seconds west of Greenwich, Java those east of it.
                out.putInt(12)
                        .putLong(wholeMicros(time.toLocalTime().toNanoOfDay()))
                        .putInt(-zoneOf(time));
            },
            (value, out) -> {
                OffsetTime time = (OffsetTime) value;
                timeText(time.toLocalTime(), out);
                out.append(zoneOf(time) == 0 ? "+00" : time.getOffset().getId());
            });

    static final ValueWriter TIMESTAMP = new ScalarWriter(
            Set.of(LocalDateTime.class),
            (value, out) -> out.putInt(8).putLong(micros((LocalDateTime) value)),
            (value, out) -> timestampText((LocalDateTime) value, "", out));

    static final ValueWriter TIMESTAMPTZ = new ScalarWriter(
            Set.of(Instant.class, OffsetDateTime.class, ZonedDateTime.class),
            (value, out) -> out.putInt(8).putLong(micros(toUtc(value))),
            (value, out) -> timestampText(toUtc(value), "+00", out));

    private DateWriters() {}

    private static int days(LocalDate date) {
        if (date.equals(LocalDate.MAX)) {
            return Integer.MAX_VALUE;
        }
        return date.equals(LocalDate.MIN)
                ? Integer.MIN_VALUE
                : (int) (checked(date).toEpochDay() - EPOCH_DAY);
    }

    private static LocalDate checked(LocalDate date) {
        if (date.isBefore(FIRST_DATE) || date.isAfter(LAST_DATE)) {
            throw new ArithmeticException("out of range of a date");
        }
        return date;
    }

    private static long micros(LocalDateTime value) {
        if (value.equals(LocalDateTime.MAX)) {
            return Long.MAX_VALUE;
        }
        if (value.equals(LocalDateTime.MIN)) {
            return Long.MIN_VALUE;
        }
        checkRange(value);
        long second = value.toEpochSecond(ZoneOffset.UTC);
        return (second - EPOCH_SECOND) * MICROS_PER_SECOND + wholeMicros(value.getNano());
    }

    private static void checkRange(LocalDateTime value) {
        long second = value.toEpochSecond(ZoneOffset.UTC);
        if (second < FIRST_SECOND || second >= END_SECOND) {
            throw new ArithmeticException("out of range of a timestamp");
        }
    }

    static long wholeMicros(long nanos) {
        if (nanos % 1_000 != 0) {
            throw new ArithmeticException("finer than a microsecond; truncate it first");
        }
        return nanos / 1_000;
    }

    private static LocalDateTime toUtc(Object value) {
        if (value.equals(Instant.MAX) || value.equals(OffsetDateTime.MAX)) {
            return LocalDateTime.MAX;
        }
        if (value.equals(Instant.MIN) || value.equals(OffsetDateTime.MIN)) {
            return LocalDateTime.MIN;
        }
        Instant instant;
        if (value instanceof Instant direct) {
            instant = direct;
        } else {
            instant = value instanceof OffsetDateTime offset ? offset.toInstant() : ((ZonedDateTime) value).toInstant();
        }
        return LocalDateTime.ofEpochSecond(instant.getEpochSecond(), instant.getNano(), ZoneOffset.UTC);
    }

    private static int zoneOf(OffsetTime time) {
        int seconds = time.getOffset().getTotalSeconds();
        if (Math.abs(seconds) > LARGEST_ZONE) {
            throw new ArithmeticException("out of range of a time zone, which ends before 16 hours");
        }
        return seconds;
    }

    private static void dateText(LocalDate date, StringBuilder out) {
        if (date.equals(LocalDate.MAX) || date.equals(LocalDate.MIN)) {
            out.append(date.equals(LocalDate.MAX) ? "infinity" : "-infinity");
        } else {
            dayText(checked(date), out);
            eraText(date, out);
        }
    }

    private static void timestampText(LocalDateTime value, String zone, StringBuilder out) {
        if (value.equals(LocalDateTime.MAX) || value.equals(LocalDateTime.MIN)) {
            out.append(value.equals(LocalDateTime.MAX) ? "infinity" : "-infinity");
        } else {
            checkRange(value);
            dayText(value.toLocalDate(), out);
            timeText(value.toLocalTime(), out.append(' '));
            eraText(value.toLocalDate(), out.append(zone));
        }
    }

    /** Year, month, day, which the server reads alike in every {@code DateStyle}. There is no year zero. */
    private static void dayText(LocalDate date, StringBuilder out) {
        int year = date.getYear() > 0 ? date.getYear() : 1 - date.getYear();
        String digits = Integer.toString(year);
        out.append("0".repeat(Math.max(0, 4 - digits.length()))).append(digits);
        twoDigits(date.getMonthValue(), out.append('-'));
        twoDigits(date.getDayOfMonth(), out.append('-'));
    }

    private static void eraText(LocalDate date, StringBuilder out) {
        if (date.getYear() <= 0) {
            out.append(" BC");
        }
    }

    private static void timeText(LocalTime time, StringBuilder out) {
        twoDigits(time.getHour(), out);
        twoDigits(time.getMinute(), out.append(':'));
        twoDigits(time.getSecond(), out.append(':'));
        fraction(wholeMicros(time.getNano()), out);
    }

    static void fraction(long micros, StringBuilder out) {
        if (micros != 0) {
            out.append('.').append(Long.toString(MICROS_PER_SECOND + micros), 1, 7);
        }
    }

    static void twoDigits(int number, StringBuilder out) {
        out.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
    }
}
