package io.headrace.test;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** Fails a test that leaves something running in its database. */
final class PostgresLeakCheck {

    // A cancelled statement or a connection that is closing needs a moment; a leak stays.
    private static final Duration GRACE = Duration.ofSeconds(2);

    private PostgresLeakCheck() {}

    static void check(TestPostgres postgres) {
        AtomicReference<List<String>> leaks = new AtomicReference<>(List.of());
        boolean clean = Waiting.until(
                () -> {
                    leaks.set(postgres.leaks());
                    return leaks.get().isEmpty();
                },
                GRACE);
        if (!clean) {
            postgres.endLeaks();
            throw new AssertionError(
                    "%s: the test left behind, %d s after its end:%n  %s%nEnd every transaction and close every connection before the test ends."
                            .formatted(postgres, GRACE.toSeconds(), String.join("\n  ", leaks.get())));
        }
    }
}
