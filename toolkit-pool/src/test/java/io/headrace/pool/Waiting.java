package io.headrace.pool;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits on the test's own thread for what becomes true without anybody telling. */
public final class Waiting {

    private static final long PAUSE_NANOS = Duration.ofMillis(5).toNanos();

    private Waiting() {}

    /** Fails with what it saw last. */
    public static <T> void until(String what, Duration limit, Supplier<T> look, Predicate<? super T> wanted) {
        long end = System.nanoTime() + limit.toNanos();
        T seen = look.get();
        while (!wanted.test(seen)) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not within %s: %s; last seen: %s".formatted(limit, what, seen));
            }
            LockSupport.parkNanos(PAUSE_NANOS);
            seen = look.get();
        }
    }
}
