package io.headrace.redis;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Checks the names of namespaces, caches and queues, which become part of keys. */
final class Names {

    /** Leaves most of the default key limit to the keys themselves. */
    private static final int MAX_LENGTH = 200;

    private Names() {}

    static String checked(String what, @Nullable String name) {
        if (name == null || name.isBlank() || name.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "The " + what + " must have from 1 to " + MAX_LENGTH + " characters and not be blank.");
        }
        // braces choose the part of a key that decides its slot in a cluster
        if (name.indexOf('{') >= 0 || name.indexOf('}') >= 0) {
            throw new IllegalArgumentException("The " + what + " '" + name + "' must not contain braces.");
        }
        return name;
    }

    static long millis(String what, String key, @Nullable Duration duration) {
        if (duration == null || duration.toMillis() < 1) {
            throw new RedisInputException(
                    "The " + what + " for key '" + key + "' is " + duration + ". Give at least 1 ms.");
        }
        return duration.toMillis();
    }
}
