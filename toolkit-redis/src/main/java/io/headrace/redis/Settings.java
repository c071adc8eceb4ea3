package io.headrace.redis;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Checks that every configuration class shares. */
final class Settings {

    private static final Duration LONGEST = Duration.ofDays(3_650);

    private Settings() {}

    static Duration positive(String name, @Nullable Duration value) {
        if (value == null || value.toMillis() < 1 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + " must be from 1 ms to 3650 days but is " + value + ".");
        }
        return value;
    }

    /** How long a caller of a method is ready to wait for something about a key. */
    static Duration patience(String fullKey, @Nullable Duration longest) {
        if (longest == null || longest.isNegative() || longest.compareTo(LONGEST) > 0) {
            throw new RedisInputException(
                    "The longest wait for key '" + fullKey + "' is " + longest + ". It must be from 0 to 3650 days.");
        }
        return longest;
    }

    static int between(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    name + " must be from " + least + " to " + most + " but is " + value + ".");
        }
        return value;
    }

    static void ordered(String lowName, Duration low, String highName, Duration high) {
        if (low.compareTo(high) > 0) {
            throw new IllegalArgumentException(
                    lowName + " (" + low + ") must not be longer than " + highName + " (" + high + ").");
        }
    }
}
