package io.headrace.pool.faults;

import static io.headrace.pool.Sql.one;
import static io.headrace.pool.faults.Ask.now;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.pool.Pool;
import io.headrace.test.AllowDroppedErrors;
import io.headrace.test.PostgresServer;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;

/** PostgreSQL dies by SIGKILL and starts again, under a {@link Pool} that is at rest or at work. */
@Timeout(120)
@AllowDroppedErrors("the end of a connection may come when nobody listens any more")
class ServerCrashTest {

    private static final int SIZE = 3;
    private static final Duration ACQUIRE = Duration.ofSeconds(2);
    private static final Duration RECOVERY = Duration.ofSeconds(30);

    @SuppressWarnings("NullAway.Init")
    private static PostgresServer server;

    @SuppressWarnings("NullAway.Init")
    private static TestPostgres postgres;

    // the parameters of a statement that is never sent, see docs/traps.md
    @SuppressWarnings("NullAway.Init")
    private static LeakReports leakReports;

    @BeforeAll
    static void start() {
        leakReports = LeakReports.off();
        server = PostgresServer.start();
        postgres = server.createDatabase("crash");
    }

    @AfterAll
    static void stop() {
        server.close();
        leakReports.close();
    }

    @Test
    void aPoolAtRestServesAgainWhenTheServerIsBack() {
        try (PooledLine line = PooledLine.of(postgres, c -> c.size(SIZE).acquireTimeout(ACQUIRE))) {
            line.fill();
            server.kill();

            List<CompletableFuture<Integer>> callers = Stream.generate(
                            () -> one(line.pool, "SELECT 1", Integer.class).toFuture())
                    .limit(2 * SIZE)
                    .toList();

            Eventually.becomes(
                    "every caller is answered within its acquire timeout",
                    () -> callers.stream().filter(caller -> !caller.isDone()).count(),
                    open -> open == 0);
            assertThat(callers).allMatch(CompletableFuture::isCompletedExceptionally);
            server.restart();
            AfterFault.eventually(line.pool, postgres, RECOVERY);
        }
    }

    @Test
    void everyStatementOfAPoolAtWorkHasAnAnswerAndThePoolServesAgain() {
        try (PooledLine line = PooledLine.of(postgres, c -> c.size(SIZE).acquireTimeout(ACQUIRE))) {
            line.fill();
            List<CompletableFuture<Integer>> callers = Stream.generate(() -> Mono.usingWhen(
                                    line.pool.create(),
                                    connection -> Mono.from(connection.beginTransaction())
                                            .then(Mono.defer(() -> Ask.sleep(connection, 0.1)))
                                            .delayUntil(answer -> connection.commitTransaction()),
                                    Connection::close)
                            .toFuture())
                    .limit(30)
                    .toList();
            Eventually.becomes(
                    "some have been served",
                    () -> callers.stream().filter(CompletableFuture::isDone).count(),
                    count -> count > SIZE);

            server.kill();

            Eventually.becomes(
                    "every caller is answered",
                    () -> callers.stream().filter(caller -> !caller.isDone()).count(),
                    open -> open == 0);
            server.restart();
            AfterFault.eventually(line.pool, postgres, RECOVERY);
            assertThat(now(one(line.pool, "SELECT 1", Integer.class))).isOne();
        }
    }
}
