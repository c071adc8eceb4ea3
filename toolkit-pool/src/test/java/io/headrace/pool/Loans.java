package io.headrace.pool;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
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
        StepVerifier.create(Mono.from(connection.close())).expectComplete().verify(SOON);
    }

    /** The value, waited for on the test's own thread. */
    static <T> T now(Publisher<? extends T> publisher) {
        CompletableFuture<T> future = Mono.<T>from(publisher).toFuture();
        try {
            return future.get(SOON.toMillis(), TimeUnit.MILLISECONDS);
        } catch (Exception error) {
            throw new AssertionError("no value within " + SOON, error);
        }
    }
}
