package io.headrace.pool.faults;

import static io.headrace.pool.Sql.one;
import static io.headrace.pool.faults.Ask.done;
import static io.headrace.pool.faults.Ask.failure;
import static io.headrace.pool.faults.Ask.now;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.pool.Pool;
import io.headrace.test.AllowDroppedErrors;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

/** An administrator ends all sessions of a {@link Pool} while they are in one state or another. */
@PostgresTest
@Timeout(60)
@AllowDroppedErrors("the end of a session may come when nobody listens any more")
class KilledSessionsTest {

    private static final int SIZE = 3;

    private final TestPostgres postgres;
    // the parameters of a statement that is never sent, see docs/traps.md
    private final LeakReports leakReports = LeakReports.off();

    KilledSessionsTest(TestPostgres postgres) {
        this.postgres = postgres;
    }

    @AfterEach
    void reportLeaksAgain() {
        leakReports.close();
    }

    @Test
    void idleConnectionsThatAreAskedFirstAreReplacedAndNobodyNoticesIt() {
        try (PooledLine line = PooledLine.of(postgres, c -> c.size(SIZE).validateAfterIdle(Duration.ZERO))) {
            line.fill();

            assertThat(postgres.terminateBackends()).isEqualTo(SIZE);

            for (int i = 0; i < SIZE; i++) {
                assertThat(now(one(line.pool, "SELECT 1", Integer.class))).isOne();
            }
            line.recovers();
        }
    }

    @Test
    void idleConnectionsThatAreTrustedFailOnceEachAtMost() {
        try (PooledLine line = PooledLine.of(postgres, c -> c.size(SIZE).validateAfterIdle(Ask.LATER))) {
            line.fill();
            postgres.terminateBackends();

            long failed = Stream.generate(() -> one(line.pool, "SELECT 1", Integer.class))
                    .limit(3 * SIZE)
                    .filter(answer -> !Boolean.TRUE.equals(
                            answer.hasElement().onErrorReturn(false).block(Ask.LATER)))
                    .count();

            assertThat(failed).isLessThanOrEqualTo(SIZE);
            line.recovers();
        }
    }

    /** What a borrower does when the session ends. */
    enum Doing {
        NOTHING {
            @Override
            Mono<Integer> with(Connection connection) {
                return Mono.never();
            }
        },
        A_STATEMENT {
            @Override
            Mono<Integer> with(Connection connection) {
                return Ask.sleep(connection, 60);
            }
        },
        NOTHING_IN_A_TRANSACTION {
            @Override
            Mono<Integer> with(Connection connection) {
                return Mono.from(connection.beginTransaction()).then(Mono.never());
            }
        },
        A_STATEMENT_IN_A_TRANSACTION {
            @Override
            Mono<Integer> with(Connection connection) {
                return Mono.from(connection.beginTransaction()).then(Mono.defer(() -> Ask.sleep(connection, 60)));
            }
        };

        abstract Mono<Integer> with(Connection connection);

        /** As the server calls it. */
        String state() {
            return switch (this) {
                case NOTHING -> "idle";
                case NOTHING_IN_A_TRANSACTION -> "idle in transaction";
                default -> "active";
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBorrowerGetsAnErrorAndThePoolANewConnection(Doing doing) throws Exception {
        try (PooledLine line = PooledLine.of(postgres, c -> c.size(1))) {
            Connection lent = now(line.pool.create());
            CompletableFuture<Integer> work = doing.with(lent).toFuture();
            Eventually.becomes(
                    "the session is " + doing.state(),
                    postgres::backends,
                    sessions -> sessions.size() == 1 && sessions.get(0).state().equals(doing.state()));
            CompletableFuture<Integer> waiting =
                    one(line.pool, "SELECT 1", Integer.class).toFuture();

            postgres.terminateBackends();

            if (doing.state().equals("active")) {
                Eventually.becomes("the statement has its error", work::isDone, ended -> ended);
                assertThat(work).isCompletedExceptionally();
            }
            assertThat(failure(one(lent, "SELECT 1", Integer.class))).isInstanceOf(R2dbcException.class);
            work.cancel(true);
            done(lent.close());
            assertThat(waiting.get(20, TimeUnit.SECONDS)).isOne();
            line.recovers();
        }
    }

    @Test
    void allOfManyCallersAreAnsweredOneWayOrTheOther() {
        try (PooledLine line = PooledLine.of(postgres, c -> c.size(SIZE))) {
            line.fill();
            List<CompletableFuture<Integer>> callers = Stream.generate(() -> Mono.usingWhen(
                                    line.pool.create(), connection -> Ask.sleep(connection, 0.05), Connection::close)
                            .toFuture())
                    .limit(60)
                    .toList();
            Eventually.becomes(
                    "some have been served",
                    () -> callers.stream().filter(CompletableFuture::isDone).count(),
                    n -> n > 3);

            postgres.terminateBackends();

            Eventually.becomes(
                    "all are answered",
                    () -> callers.stream().filter(caller -> !caller.isDone()).count(),
                    open -> open == 0);
            assertThat(callers.stream()
                            .filter(CompletableFuture::isCompletedExceptionally)
                            .count())
                    .isLessThanOrEqualTo(2L * SIZE);
            line.recovers();
        }
    }
}
