package io.headrace.pool;

import java.time.Duration;
import java.util.Locale;

/** How numbers and durations are written in messages. */
final class Text {

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
}
