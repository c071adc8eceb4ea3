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
public final class Loans {

    /** Long enough for a machine that is busy with other things. */
    static final Duration SOON = Duration.ofSeconds(20);

    private Loans() {}

    /** For tests whose subject is not a time limit: the first connect of a JVM loads classes for seconds on a busy machine. */
    @CanIgnoreReturnValue
    public static PoolConfigBuilder patient(PoolConfigBuilder settings) {
        return settings.acquireTimeout(SOON).connectTimeout(SOON);
    }

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
