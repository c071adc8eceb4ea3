package io.headrace.redis;

import java.time.Duration;

/** How limits are written in messages. */
final class Wording {

    private Wording() {}

    static String duration(Duration duration) {
        long millis = duration.toMillis();
        return millis % 1_000 == 0 ? (millis / 1_000) + " s" : millis + " ms";
    }
}
