package io.headrace.core.bulk;

import java.time.Duration;
import java.time.Period;
import java.util.Set;

/** {@code interval} from a {@link Duration} (time alone, hours are not made days) or a {@link Period} (months and days). */
final class IntervalWriter {

    static final ValueWriter INTERVAL = new ScalarWriter(
            Set.of(Duration.class, Period.class),
            (value, out) -> {
                out.putInt(16);
                if (value instanceof Duration duration) {
                    out.putLong(micros(duration)).putInt(0).putInt(0);
                } else {
                    Period period = (Period) value;
                    out.putLong(0).putInt(period.getDays()).putInt(months(period));
                }
            },
            (value, out) -> {
                if (value instanceof Duration duration) {
                    timeText(micros(duration), out);
                } else {
                    Period period = (Period) value;
                    signed(months(period), out);
                    signed(period.getDays(), out.append(" mons "));
                    out.append(" days");
                }
            });

    private IntervalWriter() {}

    private static long micros(Duration duration) {
        long fraction = DateWriters.wholeMicros(duration.getNano());
        long micros = Math.addExact(Math.multiplyExact(duration.getSeconds(), 1_000_000L), fraction);
        if (micros == Long.MIN_VALUE) {
            throw new ArithmeticException("out of range of an interval");
        }
        return micros;
    }

    private static int months(Period period) {
        return Math.toIntExact(period.toTotalMonths());
    }

    /** Each number has a sign, because one {@code IntervalStyle} lets the first stand for all. */
    private static void signed(int number, StringBuilder out) {
        out.append(number < 0 ? "" : "+").append(number);
    }

    private static void timeText(long micros, StringBuilder out) {
        long size = Math.abs(micros);
        out.append(micros < 0 ? '-' : '+').append(size / 3_600_000_000L);
        DateWriters.twoDigits((int) (size / 60_000_000 % 60), out.append(':'));
        DateWriters.twoDigits((int) (size / 1_000_000 % 60), out.append(':'));
        DateWriters.fraction(size % 1_000_000, out);
    }
}
