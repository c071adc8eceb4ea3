package io.headrace.pool.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.pool.Pool;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** Borrowers of a {@link Pool} that cancel; what they asked for is under way, and its answer not. */
@PostgresTest
@Timeout(60)
class CancelAtEveryPointTest {

    private static final Duration ONE_WAY = Duration.ofMillis(75);
    private static final long NOT_YET = Long.MAX_VALUE;

    @ParameterizedTest
    @EnumSource
    void theNextBorrowersFindThePoolAsIfNothingHadHappened(CancelPoint point, TestPostgres postgres) {
        // a validation takes two delays, and more on a machine with other work
        try (PooledLine line = PooledLine.of(
                postgres, c -> c.size(1).validateAfterIdle(point.trusted()).validateTimeout(Duration.ofSeconds(5)))) {
            if (point.needsAnIdleConnection()) {
                line.fill();
            }
            line.proxy.delay(ONE_WAY);
            AtomicLong turns = new AtomicLong(NOT_YET);
            Disposable borrower = Flux.from(point.work(line.pool, () -> turns.set(line.proxy.roundTrips())))
                    .subscribe(ignored -> {}, ignored -> {});
            Eventually.becomes(
                    "it is at " + point,
                    () -> line.proxy.roundTrips() - turns.get(),
                    more -> turns.get() != NOT_YET && more >= (point.sendsSomething() ? 1 : 0));

            borrower.dispose();

            // not before: what is sent from now on would overtake what is under way
            Eventually.becomes("its connection came back", line.pool::snapshot, now -> now.acquired() == 0);
            line.recovers();
            assertThat(line.pool.snapshot().waiting()).isZero();
        }
    }
}
