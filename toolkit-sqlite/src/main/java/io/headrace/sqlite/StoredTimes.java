package io.headrace.sqlite;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** Dates and times as they are stored: texts of a fixed width, which sort and which SQLite's functions read, or numbers. */
final class StoredTimes {

    private static final int MILLIS_PER_SECOND = 1_000;

    private final SqliteConfig.DateTimeFormat format;

    StoredTimes(SqliteConfig.DateTimeFormat format) {
        this.format = format;
    }

    Object store(LocalDate date) {
        return TimeText.date(date);
    }

    Object store(LocalTime time) {
        return TimeText.time(time);
    }

    Object store(LocalDateTime time) {
        return format == SqliteConfig.DateTimeFormat.TEXT
                ? TimeText.dateTime(time)
                : epoch(time.toInstant(ZoneOffset.UTC));
    }

    Object store(Instant instant) {
        return format == SqliteConfig.DateTimeFormat.TEXT
                ? TimeText.dateTime(LocalDateTime.ofInstant(instant, ZoneOffset.UTC)) + 'Z'
                : epoch(instant);
    }

    Object store(OffsetDateTime time) {
        if (format == SqliteConfig.DateTimeFormat.TEXT) {
            return TimeText.dateTime(time.toLocalDateTime()) + time.getOffset().getId();
        }
        if (!time.getOffset().equals(ZoneOffset.UTC)) {
            throw new IllegalArgumentException(
                    "an OffsetDateTime would lose its offset as a number; bind an Instant, or use dateTime=text");
        }
        return epoch(time.toInstant());
    }

    private long epoch(Instant instant) {
        boolean seconds = format == SqliteConfig.DateTimeFormat.EPOCH_SECONDS;
        if (!instant.truncatedTo(seconds ? ChronoUnit.SECONDS : ChronoUnit.MILLIS)
                .equals(instant)) {
            throw new IllegalArgumentException("a time would lose its fraction as a number of "
                    + (seconds ? "seconds" : "milliseconds") + "; truncate it, or use dateTime=text");
        }
        return seconds ? instant.getEpochSecond() : instant.toEpochMilli();
    }

    LocalDate asLocalDate(ColumnValues values, int column) {
        if (values.typeAt(column) == ColumnValues.INTEGER) {
            LocalDateTime time = asLocalDateTime(values, column);
            require(time.toLocalTime().equals(LocalTime.MIDNIGHT));
            return time.toLocalDate();
        }
        TimeText text = text(values, column);
        require(text.date() != null && !text.hasTime());
        return text.requireDate();
    }

    LocalTime asLocalTime(ColumnValues values, int column) {
        TimeText text = text(values, column);
        require(text.date() == null && text.offset() == null);
        return text.time();
    }

    LocalDateTime asLocalDateTime(ColumnValues values, int column) {
        if (values.typeAt(column) == ColumnValues.INTEGER) {
            return LocalDateTime.ofInstant(number(values.longAt(column)), ZoneOffset.UTC);
        }
        TimeText text = text(values, column);
        require(text.offset() == null);
        return text.requireDate().atTime(text.time());
    }

    /** A text without an offset is in UTC, as SQLite's CURRENT_TIMESTAMP is. */
    OffsetDateTime asOffsetDateTime(ColumnValues values, int column) {
        if (values.typeAt(column) == ColumnValues.INTEGER) {
            return number(values.longAt(column)).atOffset(ZoneOffset.UTC);
        }
        TimeText text = text(values, column);
        ZoneOffset offset = text.offset();
        return text.requireDate().atTime(text.time()).atOffset(offset == null ? ZoneOffset.UTC : offset);
    }

    Instant asInstant(ColumnValues values, int column) {
        return asOffsetDateTime(values, column).toInstant();
    }

    private Instant number(long value) {
        return switch (format) {
            case TEXT ->
                throw new DateTimeException("a number is a time only with dateTime=epochSeconds or epochMillis");
            case EPOCH_SECONDS -> Instant.ofEpochSecond(value);
            case EPOCH_MILLIS ->
                Instant.ofEpochSecond(
                        Math.floorDiv(value, MILLIS_PER_SECOND), Math.floorMod(value, MILLIS_PER_SECOND) * 1_000_000L);
        };
    }

    private static TimeText text(ColumnValues values, int column) {
        require(values.typeAt(column) == ColumnValues.TEXT);
        return TimeText.parse(values.textAt(column));
    }

    private static void require(boolean holds) {
        if (!holds) {
            throw new DateTimeException("another kind of time");
        }
    }
}
