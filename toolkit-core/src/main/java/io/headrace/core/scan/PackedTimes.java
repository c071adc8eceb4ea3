package io.headrace.core.scan;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;

/** Dates and times: days and microseconds since 2000, in the calendar that java.time uses as well. */
final class PackedTimes {

    static final PackedType DATE = (data, offset, length, type) ->
            type == LocalDate.class || type == Object.class ? date(BigEndian.int4(data, offset)) : PackedType.UNKNOWN;

    static final PackedType TIME = (data, offset, length, type) ->
            type == LocalTime.class || type == Object.class ? time(BigEndian.int8(data, offset)) : PackedType.UNKNOWN;

    static final PackedType TIMESTAMP =
            (data, offset, length, type) -> type == LocalDateTime.class || type == Object.class
                    ? timestamp(BigEndian.int8(data, offset))
                    : PackedType.UNKNOWN;

    static final PackedType TIMESTAMPTZ = (data, offset, length, type) -> {
        long micros = BigEndian.int8(data, offset);
        if (type == Instant.class) {
            return isInfinite(micros) ? PackedType.UNKNOWN : instant(micros);
        }
        return type == OffsetDateTime.class || type == Object.class ? timestampWithZone(micros) : PackedType.UNKNOWN;
    };

    private static final long EPOCH_DAY = LocalDate.of(2000, 1, 1).toEpochDay();
    private static final long EPOCH_SECOND = TimeUnit.DAYS.toSeconds(EPOCH_DAY);
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final int NANOS_PER_MICRO = 1_000;
    private static final long MICROS_PER_DAY = TimeUnit.DAYS.toMicros(1);

    private PackedTimes() {}

    /** Infinite values have their own java.time ones in the driver; so here. */
    private static Object date(int days) {
        if (days == Integer.MAX_VALUE) {
            return LocalDate.MAX;
        }
        return days == Integer.MIN_VALUE ? LocalDate.MIN : LocalDate.ofEpochDay(EPOCH_DAY + days);
    }

    /** Of 24:00, which java.time does not have, the driver makes the last moment of the day. */
    private static Object time(long micros) {
        return micros == MICROS_PER_DAY ? LocalTime.MAX : LocalTime.ofNanoOfDay(micros * NANOS_PER_MICRO);
    }

    private static Object timestamp(long micros) {
        if (isInfinite(micros)) {
            return micros > 0 ? LocalDateTime.MAX : LocalDateTime.MIN;
        }
        return LocalDateTime.ofEpochSecond(second(micros), nano(micros), ZoneOffset.UTC);
    }

    /** The session has the time zone of the JVM, as the driver sets it. */
    private static Object timestampWithZone(long micros) {
        if (isInfinite(micros)) {
            return micros > 0 ? OffsetDateTime.MAX : OffsetDateTime.MIN;
        }
        return OffsetDateTime.ofInstant(instant(micros), ZoneId.systemDefault());
    }

    private static Instant instant(long micros) {
        return Instant.ofEpochSecond(second(micros), nano(micros));
    }

    private static boolean isInfinite(long micros) {
        return micros == Long.MAX_VALUE || micros == Long.MIN_VALUE;
    }

    private static long second(long micros) {
        return EPOCH_SECOND + Math.floorDiv(micros, MICROS_PER_SECOND);
    }

    private static int nano(long micros) {
        return (int) Math.floorMod(micros, MICROS_PER_SECOND) * NANOS_PER_MICRO;
    }
}
