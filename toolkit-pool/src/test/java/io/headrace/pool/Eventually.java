package io.headrace.pool;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for what another thread does, and that can only be asked for. */
final class Eventually {

    /** No test passes because of it; one that fails takes so long. */
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private Eventually() {}

    static void that(String what, BooleanSupplier condition) {
        Waiting.until(what, LIMIT, condition::getAsBoolean, is -> is);
    }
}
