package io.headrace.pool;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.test.StepVerifier;

/** Borrowing step by step, for tests that look at the pool in between. */
final class Loans {

    static final Duration SOON = Duration.ofSeconds(5);

    private Loans() {}

    @CanIgnoreReturnValue
    static Connection take(Pool pool) {
        return now(pool.create());
    }

    static void giveBack(Connection connection) {
        StepVerifier.create(connection.close()).expectComplete().verify(SOON);
    }

    /** The only value, waited for on the test's own thread. */
    @CanIgnoreReturnValue
    static <T> T now(Publisher<? extends T> publisher) {
        AtomicReference<@Nullable T> value = new AtomicReference<>();
        StepVerifier.<T>create(publisher)
                .consumeNextWith(value::set)
                .expectComplete()
                .verify(SOON);
        return requireNonNull(value.get());
    }
}
