package io.headrace.pool.faults;

import io.headrace.pool.Waiting;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** {@link Waiting} with the patience of these tests. */
final class Eventually {

    private Eventually() {}

    static <T> void becomes(String what, Supplier<T> look, Predicate<? super T> wanted) {
        becomes(what, Ask.LATER, look, wanted);
    }

    static <T> void becomes(String what, Duration limit, Supplier<T> look, Predicate<? super T> wanted) {
        Waiting.until(what, limit, look, wanted);
    }
}
