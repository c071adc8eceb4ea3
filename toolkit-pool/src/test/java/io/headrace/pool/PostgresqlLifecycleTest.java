package io.headrace.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.PostgresBackend;
import io.headrace.test.PostgresServer;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The life of connections on a real server, which is stopped and started here and so is no one else's. */
@Timeout(120)
class PostgresqlLifecycleTest {

    private static final Duration LATER = Duration.ofSeconds(60);

    private static PostgresServer server;

    private final TestPostgres postgres = server.createDatabase("lifecycle");
    private final Pool pool = Pool.open(postgres.url(), PoolConfig.of(c -> c.name("shop")
            .size(4)
            .minimumIdle(2)
            .acquireTimeout(Duration.ofSeconds(45))
            .validateTimeout(Duration.ofSeconds(5))));

    @BeforeAll
    static void start() {
        server = PostgresServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void close() {
        StepVerifier.create(pool.close()).expectComplete().verify(LATER);
        assertThat(postgres.backends()).isEmpty();
    }

    private List<Integer> pids() {
        return postgres.backends().stream().map(PostgresBackend::pid).toList();
    }

    @Test
    void warmUpOpensTheMinimum() {
        assertThat(postgres.backends()).isEmpty();

        StepVerifier.create(pool.warmUp()).expectComplete().verify(LATER);

        assertThat(postgres.backends()).hasSize(2);
        assertThat(pool.snapshot().idle()).isEqualTo(2);
    }

    @Test
    void aRefreshUnderLoadReplacesEveryConnectionAndFailsNobody() throws Exception {
        Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch ended = new CountDownLatch(1);
        StepVerifier.create(pool.warmUp()).expectComplete().verify(LATER);
        Flux.range(0, 8)
                .flatMap(
                        i -> Mono.defer(() -> Sql.one(pool, "SELECT 1", Integer.class))
                                .repeat(() -> !over.get())
                                .then(),
                        8)
                .subscribe(nothing -> {}, errors::add, ended::countDown);
        List<Integer> before = pids();
        assertThat(before).isNotEmpty();

        StepVerifier.create(pool.refresh()).expectComplete().verify(LATER);

        assertThat(pids()).doesNotContainAnyElementsOf(before);
        over.set(true);
        assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(errors).isEmpty();
    }

    @Test
    void callersWaitOutARestartWithinTheirDeadline() throws Exception {
        StepVerifier.create(pool.warmUp()).expectComplete().verify(LATER);
        server.kill();
        CountDownLatch served = new CountDownLatch(10);
        Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
        Flux.range(0, 10)
                .flatMap(
                        i -> Mono.usingWhen(
                                pool.create(),
                                connection -> Sql.one(connection, "SELECT 1", Integer.class),
                                Connection::close),
                        10)
                .subscribe(one -> served.countDown(), errors::add);

        server.restart();

        assertThat(served.await(60, TimeUnit.SECONDS))
                .as("%s %s", pool.snapshot(), errors)
                .isTrue();
        assertThat(errors).isEmpty();
        assertThat(pool.snapshot().size()).isBetween(2, 4);
    }

    @Test
    void anUnknownDatabaseIsToldAtOnce() {
        Pool nowhere =
                Pool.open(postgres.url() + "_missing", PoolConfig.of(c -> c.acquireTimeout(Duration.ofSeconds(45))));

        StepVerifier.create(nowhere.warmUp())
                .expectErrorSatisfies(error -> assertThat(error).isNotInstanceOf(PoolException.class))
                .verify(LATER);

        StepVerifier.create(nowhere.close()).expectComplete().verify(LATER);
    }
}
