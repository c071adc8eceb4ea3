package io.headrace.samples.flights;

import io.headrace.samples.Console;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Tells how many rows are through and how fast: one line that renews itself on a terminal, else a line now and then. */
final class Progress {

    private static final long REWRITE_EVERY_NANOS = 100_000_000L;
    private static final long LINE_EVERY_NANOS = 1_500_000_000L;

    private final Console console;
    private final LongSupplier nanoClock;
    private final long start;
    private long shownAt;
    private long rows;

    Progress(Console console, LongSupplier nanoClock) {
        this.console = console;
        this.nanoClock = nanoClock;
        this.start = nanoClock.getAsLong();
        this.shownAt = start;
    }

    synchronized void add(long moreRows) {
        rows += moreRows;
        long now = nanoClock.getAsLong();
        if (now - shownAt >= (console.canRewrite() ? REWRITE_EVERY_NANOS : LINE_EVERY_NANOS)) {
            shownAt = now;
            show(now);
        }
    }

    synchronized void end() {
        if (console.canRewrite()) {
            show(nanoClock.getAsLong());
            console.line("");
        } else {
            show(nanoClock.getAsLong());
        }
    }

    private void show(long now) {
        String text = text(rows, now - start);
        if (console.canRewrite()) {
            console.rewrite(text);
        } else {
            console.line(text);
        }
    }

    static String text(long rows, long nanos) {
        long perSecond = nanos <= 0 ? 0 : Math.round(rows * 1e9 / nanos);
        return String.format(Locale.ROOT, "    %,11d rows   %,9d rows/s", rows, perSecond);
    }
}
