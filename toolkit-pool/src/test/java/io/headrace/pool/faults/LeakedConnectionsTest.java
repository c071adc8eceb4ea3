package io.headrace.pool.faults;

import static io.headrace.pool.Sql.one;
import static io.headrace.pool.faults.Ask.done;
import static io.headrace.pool.faults.Ask.failure;
import static io.headrace.pool.faults.Ask.now;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.pool.Pool;
import io.headrace.pool.PoolAcquireTimeoutException;
import io.headrace.pool.PoolExhaustedException;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Borrowers that forget their connections, until a {@link Pool} has none left. */
@PostgresTest
@Timeout(60)
class LeakedConnectionsTest {

    private static final int SIZE = 2;

    /** Also for the connects before, on a machine with other work. */
    private static final Duration ACQUIRE = Duration.ofSeconds(3);

    private final TestPostgres postgres;

    LeakedConnectionsTest(TestPostgres postgres) {
        this.postgres = postgres;
    }

    @Test
    void callersAreToldThatAllConnectionsAreInUse() {
        try (PooledLine line =
                PooledLine.of(postgres, c -> c.name("shop").size(SIZE).acquireTimeout(ACQUIRE))) {
            List<Connection> forgotten = Ask.lend(line.pool, SIZE);

            assertThat(failure(line.pool.create()))
                    .isInstanceOf(PoolAcquireTimeoutException.class)
                    .hasMessageContaining("pool 'shop'")
                    .hasMessageContaining("2/2 in use");

            Ask.giveBack(forgotten);
            line.recovers();
        }
    }

    @Test
    void callersBeyondTheQueueAreRefusedAtOnceAndTheOthersAreServedWhenAConnectionComesBack() throws Exception {
        try (PooledLine line = PooledLine.of(postgres, c -> c.size(SIZE).maxWaiting(SIZE))) {
            List<Connection> forgotten = Ask.lend(line.pool, SIZE);
            List<CompletableFuture<Integer>> waiting = Stream.generate(
                            () -> one(line.pool, "SELECT 1", Integer.class).toFuture())
                    .limit(SIZE)
                    .toList();
            assertThat(line.pool.snapshot().waiting()).isEqualTo(SIZE);

            assertThat(failure(line.pool.create()))
                    .isInstanceOf(PoolExhaustedException.class)
                    .hasMessageContaining("2/2 in use, 2 waiting");

            done(forgotten.get(0).close());
            for (CompletableFuture<Integer> caller : waiting) {
                assertThat(caller.get(20, TimeUnit.SECONDS)).isOne();
            }
            done(forgotten.get(1).close());
            line.recovers();
        }
    }

    /** A caller that gave up must not be handed what comes back later. */
    @Test
    void callersThatGaveUpTakeNothingFromThoseWhoStillWait() throws Exception {
        try (PooledLine line = PooledLine.of(postgres, c -> c.size(1))) {
            Connection forgotten = now(line.pool.create());
            CompletableFuture<Integer> impatient =
                    one(line.pool, "SELECT 1", Integer.class).toFuture();
            CompletableFuture<Integer> patient =
                    one(line.pool, "SELECT 1", Integer.class).toFuture();
            assertThat(line.pool.snapshot().waiting()).isEqualTo(2);

            impatient.cancel(true);
            done(forgotten.close());

            assertThat(patient.get(20, TimeUnit.SECONDS)).isOne();
            line.recovers();
        }
    }
}
