package io.headrace.sqlite;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A date, a time or both as text: {@code yyyy-MM-dd HH:mm:ss.SSSSSSSSS}. Written with all nine digits, since texts of
 * different lengths do not sort once a Z stands behind them; read in all forms that SQLite reads (sqlite.org/lang_datefunc.html).
 */
record TimeText(@Nullable LocalDate date, boolean hasTime, LocalTime time, @Nullable ZoneOffset offset) {

    private static final Pattern FORM = Pattern.compile(
            "(?:(\\d{4})-(\\d{2})-(\\d{2}))?([ T])?(?:(\\d{2}):(\\d{2})(?::(\\d{2})(?:\\.(\\d{1,9}))?)?)?"
                    + " *(Z|[+-]\\d{2}:\\d{2}(?::\\d{2})?)?");
    private static final int LATEST_YEAR = 9999;

    static TimeText parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (text.isEmpty() || !matcher.matches()) {
            throw new DateTimeException("not a date or time");
        }
        boolean hasDate = matcher.group(1) != null;
        boolean hasTime = matcher.group(5) != null;
        boolean hasSeparator = matcher.group(4) != null;
        if (hasSeparator != (hasDate && hasTime) || !hasTime && matcher.group(9) != null) {
            throw new DateTimeException("not a date or time");
        }
        LocalDate date = hasDate ? LocalDate.of(number(matcher, 1), number(matcher, 2), number(matcher, 3)) : null;
        LocalTime time = hasTime
                ? LocalTime.of(
                        number(matcher, 5),
                        number(matcher, 6),
                        matcher.group(7) == null ? 0 : number(matcher, 7),
                        nanos(matcher.group(8)))
                : LocalTime.MIDNIGHT;
        String offset = matcher.group(9);
        return new TimeText(date, hasTime, time, offset == null ? null : ZoneOffset.of(offset));
    }

    private static int number(Matcher matcher, int group) {
        return Integer.parseInt(matcher.group(group));
    }

    private static int nanos(@Nullable String fraction) {
        return fraction == null ? 0 : Integer.parseInt((fraction + "00000000").substring(0, 9));
    }

    LocalDate requireDate() {
        LocalDate present = date;
        if (present == null) {
            throw new DateTimeException("a time without a date");
        }
        return present;
    }

    static String date(LocalDate date) {
        StringBuilder text = new StringBuilder(10);
        append(text, date);
        return text.toString();
    }

    static String time(LocalTime time) {
        StringBuilder text = new StringBuilder(18);
        append(text, time);
        return text.toString();
    }

    static String dateTime(LocalDateTime time) {
        StringBuilder text = new StringBuilder(36);
        append(text, time.toLocalDate());
        text.append(' ');
        append(text, time.toLocalTime());
        return text.toString();
    }

    private static void append(StringBuilder text, LocalDate date) {
        if (date.getYear() < 0 || date.getYear() > LATEST_YEAR) {
            throw new IllegalArgumentException("the year of a date must be between 0 and " + LATEST_YEAR
                    + ": SQLite's functions know no others, and they would not sort; bind a text or a number");
        }
        pad(text, date.getYear(), 4).append('-');
        pad(text, date.getMonthValue(), 2).append('-');
        pad(text, date.getDayOfMonth(), 2);
    }

    private static void append(StringBuilder text, LocalTime time) {
        pad(text, time.getHour(), 2).append(':');
        pad(text, time.getMinute(), 2).append(':');
        pad(text, time.getSecond(), 2).append('.');
        pad(text, time.getNano(), 9);
    }

    @CanIgnoreReturnValue
    private static StringBuilder pad(StringBuilder text, int number, int width) {
        String digits = Integer.toString(number);
        return text.append("0".repeat(width - digits.length())).append(digits);
    }
}
