package io.headrace.pool;

import java.time.Duration;
import java.util.Locale;

/** How numbers and durations are written in messages. */
final class Text {

    /** Room for the beginning of a statement, by which one knows it. */
    private static final int LONGEST = 200;

    private Text() {}

    static String of(Duration duration) {
        long millis = duration.toMillis();
        if (millis != 0 && millis % 60_000 == 0) {
            return of(millis / 60_000) + " min";
        }
        if (millis != 0 && millis % 1_000 == 0) {
            return of(millis / 1_000) + " s";
        }
        return of(millis) + " ms";
    }

    static String of(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** A measured time, as exactly as anyone wants to know it. */
    static String about(Duration duration) {
        if (duration.toSeconds() < 1) {
            return of(duration.toMillis()) + " ms";
        }
        if (duration.toMinutes() < 2) {
            return of(duration.toSeconds()) + " s";
        }
        return of(duration.toMinutes()) + " min";
    }

    /** In one line and cut where it gets long. */
    static String brief(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
    }
}
