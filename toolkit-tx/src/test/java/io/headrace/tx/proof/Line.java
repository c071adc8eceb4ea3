package io.headrace.tx.proof;

import io.headrace.core.Database;
import io.headrace.pool.Pool;
import io.headrace.pool.PoolConfig;
import io.headrace.test.FaultProxy;
import io.headrace.test.PostgresBackend;
import io.headrace.test.TestPostgres;
import io.headrace.tx.Transactions;
import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Transactions on a pool, and the line between it and its server, which fails on command. */
final class Line implements AutoCloseable {

    /** Much longer than anything here takes on a machine with other work. */
    static final Duration LATER = Duration.ofSeconds(30);

    final TestPostgres postgres;
    final FaultProxy proxy;
    final Pool pool;
    final Database db;
    final Transactions tx;
    private final int size;

    Line(TestPostgres postgres, int size, int callers) {
        this.postgres = postgres;
        this.size = size;
        this.proxy = FaultProxy.to(postgres.host(), postgres.port());
        this.pool = Pool.open(postgres.urlThrough(proxy), PoolConfig.of(c -> c.size(size)
                .maxWaiting(callers)
                .acquireTimeout(Duration.ofSeconds(20))
                .validateTimeout(Duration.ofSeconds(5))
                .releaseTimeout(Duration.ofSeconds(5))
                .connectBackOff(Duration.ofMillis(20), Duration.ofMillis(200))));
        this.db = Database.on(pool);
        this.tx = Transactions.on(db);
    }

    /** All connections at once. */
    List<Connection> lendAll() {
        return Flux.range(0, size)
                .<Connection>flatMap(i -> pool.create(), size)
                .collectList()
                .block(LATER);
    }

    static void giveBack(List<Connection> lent) {
        Flux.fromIterable(lent).concatMap(Connection::close).then().block(LATER);
    }

    /** Waits until every connection has come back, whatever it then is. */
    void awaitCalm() {
        await(() -> pool.snapshot().acquired() == 0 && pool.snapshot().waiting() == 0
                ? ""
                : "the pool: " + pool.snapshot());
    }

    /** All connections are lent at once and answer, and the server has no transaction and no statement of theirs. */
    void assertWhole() {
        proxy.forward();
        awaitCalm();
        // One whose session was ended a moment ago is trusted once more, and then gone.
        askAll().onErrorComplete().then().block(LATER);
        askAll().doOnNext(isolation -> {
                    if (!isolation.equals("read committed")) {
                        throw new AssertionError("somebody left a connection at " + isolation);
                    }
                })
                .then()
                .block(LATER);
        awaitCalm();
        await(() -> {
            List<PostgresBackend> busy = postgres.backends().stream()
                    .filter(backend ->
                            backend.inTransaction() || !backend.state().equals("idle"))
                    .toList();
            return busy.isEmpty() ? "" : busy.toString();
        });
    }

    /** The isolation of each, none of which is given back before all have answered. */
    private Flux<String> askAll() {
        Queue<Connection> lent = new ConcurrentLinkedQueue<>();
        return Flux.range(0, size)
                .flatMapDelayError(
                        i -> Mono.from(pool.create()).doOnNext(lent::add).flatMap(Line::isolation), size, 1)
                .collectList()
                .materialize()
                .delayUntil(answers -> Flux.fromIterable(lent).concatMapDelayError(Connection::close))
                .<List<String>>dematerialize()
                .flatMapIterable(answers -> answers);
    }

    private static Mono<String> isolation(Connection connection) {
        return Flux.from(connection
                        .createStatement("SELECT current_setting($1)")
                        .bind("$1", "transaction_isolation")
                        .execute())
                .concatMap(result -> result.map((row, metadata) -> row.get(0, String.class)))
                .single();
    }

    /** On the test's own thread, until there is nothing to say against it. */
    static void await(Supplier<String> objection) {
        long end = System.nanoTime() + LATER.toNanos();
        for (String against = objection.get(); !against.isEmpty(); against = objection.get()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("still: " + against);
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    @Override
    public void close() {
        proxy.forward();
        pool.close().block(LATER);
        proxy.close();
    }
}
