package io.headrace.pool.faults;

import static io.headrace.pool.faults.Ask.done;
import static io.headrace.pool.faults.Ask.now;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.headrace.pool.Pool;
import io.headrace.test.PostgresBackend;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What {@link BareCloseFaultsTest} does to the bare libraries, done to a {@link Pool}; and a close while the line is dead. */
@PostgresTest
@Timeout(60)
class CloseOnPoolTest {

    private static final Duration CLOSE = Duration.ofSeconds(1);

    /** For a machine with other work. */
    private static final Duration SLACK = Duration.ofSeconds(2);

    private final TestPostgres postgres;

    CloseOnPoolTest(TestPostgres postgres) {
        this.postgres = postgres;
    }

    @Test
    void aPoolIsClosedWhenTheStatementThatRunsHasItsAnswer() throws Exception {
        try (PooledLine line = PooledLine.of(postgres, c -> c.size(1).closeTimeout(Ask.LATER))) {
            CompletableFuture<Integer> running = Mono.usingWhen(
                            line.pool.create(), connection -> Ask.sleep(connection, 0.5), Connection::close)
                    .toFuture();
            Eventually.becomes("the statement runs", this::states, List.of("active")::equals);

            done(line.pool.close());

            assertThat(postgres.backends()).isEmpty();
            assertThat(running.get(20, TimeUnit.SECONDS)).isOne();
        }
    }

    private List<String> states() {
        return postgres.backends().stream().map(PostgresBackend::state).toList();
    }

    @Test
    void closingOnAnEventLoopDoesNotBlockAndClosingTwiceIsHarmless() {
        try (PooledLine line = PooledLine.of(postgres, c -> c.size(1))) {
            Connection lent = now(line.pool.create());
            done(lent.close());

            assertThatCode(() -> done(lent.close())).doesNotThrowAnyException();
            done(line.pool.close().subscribeOn(Schedulers.parallel()));
            done(line.pool.close());

            assertThat(postgres.backends()).isEmpty();
        }
    }

    @Test
    void aPoolWhoseLineIsCutDuringTheCloseIsClosedWithinTwiceTheCloseTimeout() {
        try (PooledLine line = PooledLine.of(postgres, c -> c.size(3).closeTimeout(CLOSE))) {
            Connection idleLent = now(line.pool.create());
            Connection busy = now(line.pool.create());
            Ask.giveBack(Ask.lend(line.pool, 1));
            CompletableFuture<Integer> running = Ask.sleep(busy, 60).toFuture();
            Eventually.becomes("the statement runs", this::states, states -> states.contains("active"));
            CompletableFuture<Void> closed = line.pool.close().toFuture();

            line.proxy.blackHole();

            Eventually.becomes("the pool is closed", closed::isDone, done -> done);
            assertThat(closed).isCompleted();
            assertThat(line.pool.snapshot().open()).isFalse();
            done(idleLent.close());
            done(busy.close());
            // what the server does with its half of a cut line is its own affair; here the test tells it
            line.proxy.reset();
            postgres.terminateBackends();
            Eventually.becomes("the statement has an end", running::isDone, done -> done);
            assertThat(running).isCompletedExceptionally();
        }
    }

    @Test
    void aPoolWhoseLineIsUnpluggedDuringADrainIsDrainedWithinItsBound() {
        Duration drain = Duration.ofMillis(1_500);
        Duration release = Duration.ofMillis(500);
        try (PooledLine line =
                PooledLine.of(postgres, c -> c.size(2).releaseTimeout(release).closeTimeout(CLOSE))) {
            Connection busy = now(line.pool.create());
            Ask.giveBack(Ask.lend(line.pool, 1));
            CompletableFuture<Integer> running = Ask.sleep(busy, 60).toFuture();
            Eventually.becomes("the statement runs", this::states, states -> states.contains("active"));
            long began = System.nanoTime();
            CompletableFuture<Void> drained = line.pool.drain(drain).toFuture();

            line.proxy.blackHole();

            Eventually.becomes("the pool is drained", drained::isDone, done -> done);
            assertThat(drained).isCompleted();
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isBetween(drain, drain.plus(release).plus(CLOSE).plus(SLACK));
            done(busy.close());
            line.proxy.reset();
            postgres.terminateBackends();
            Eventually.becomes("the statement has an end", running::isDone, done -> done);
            assertThat(running).isCompletedExceptionally();
        }
    }

    @Test
    void aConnectThatHangsDoesNotHoldTheCloseUpForLong() {
        try (PooledLine line =
                PooledLine.of(postgres, c -> c.size(1).closeTimeout(CLOSE).connectTimeout(CLOSE))) {
            line.proxy.blackHole();
            CompletableFuture<Connection> acquiring = line.pool.create().toFuture();
            Eventually.becomes("the connect is under way", line.proxy::links, links -> links == 1);

            done(line.pool.close());

            Eventually.becomes("the caller is answered", acquiring::isDone, done -> done);
            assertThat(acquiring).isCompletedExceptionally();
        }
    }
}
