package io.headrace.pool.faults;

import static io.headrace.pool.Sql.one;

import io.headrace.pool.Pool;
import io.headrace.test.PostgresBackend;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.function.Tuple2;

/**
 * Whether a fault is over: all connections of a pool are lent at the same time, each answers, and on the server none of
 * its sessions is busy, holds a lock or has a setting of somebody who is gone. Then all are given back, and the pool and the
 * server agree on how many there are.
 */
final class AfterFault {

    /** What a borrower changed; what the connection's start-up set counts as the value to go back to. */
    private static final String SETTINGS =
            """
            SELECT coalesce(string_agg(name || '=' || setting, ', '), '') FROM pg_settings
            WHERE setting IS DISTINCT FROM reset_val
              AND (source = 'session' OR name IN ('transaction_isolation', 'statement_timeout', 'search_path'))""";

    private static final String LOCKS =
            """
            SELECT coalesce(string_agg(format('pid %s holds %s on %s', pid, mode, locktype), ', '), '')
            FROM pg_locks JOIN pg_stat_activity USING (pid)
            WHERE datname = current_database() AND pid <> pg_backend_pid()""";

    private AfterFault() {}

    static void check(Pool pool, TestPostgres postgres) {
        check(pool, postgres, Ask.LATER);
    }

    /** Fails with what it found, unless all of it is right within the limit. */
    static void check(Pool pool, TestPostgres postgres, Duration limit) {
        int size = pool.snapshot().maxSize();
        Queue<Connection> lent = new ConcurrentLinkedQueue<>();
        try {
            List<Tuple2<Integer, String>> answers = within(
                    limit,
                    "all %d connections of %s lent at once, each with an answer".formatted(size, pool),
                    pool,
                    Flux.range(0, size)
                            .flatMap(i -> pool.create().doOnNext(lent::add), size)
                            .collectList()
                            .flatMapMany(Flux::fromIterable)
                            .flatMap(
                                    connection -> one(connection, "SELECT pg_backend_pid()", Integer.class)
                                            .zipWith(Mono.defer(() -> one(connection, SETTINGS, String.class))),
                                    size)
                            .collectList());
            List<String> settings = answers.stream()
                    .filter(answer -> !answer.getT2().isEmpty())
                    .map(answer -> "pid %d has %s".formatted(answer.getT1(), answer.getT2()))
                    .toList();
            if (!settings.isEmpty()) {
                throw new AssertionError("settings of an earlier borrower are left: " + settings);
            }
            long sessions = answers.stream().map(Tuple2::getT1).distinct().count();
            if (sessions != size) {
                throw new AssertionError("%d connections lent at once are only %d sessions".formatted(size, sessions));
            }
            Eventually.becomes("no session is busy and none holds a lock", limit, () -> left(postgres), List::isEmpty);
        } finally {
            Flux.fromIterable(lent).concatMap(Connection::close).blockLast(limit);
        }
        Eventually.becomes("all came back", limit, pool::snapshot, now -> now.acquired() == 0 && now.waiting() == 0);
        Eventually.becomes(
                "the server has as many sessions as the pool",
                limit,
                () -> "%d sessions, pool %s".formatted(postgres.backends().size(), pool.snapshot()),
                ignored -> postgres.backends().size() == pool.snapshot().size());
    }

    static void eventually(Pool pool, TestPostgres postgres) {
        eventually(pool, postgres, Ask.LATER);
    }

    /** For a fault whose end callers may still meet for a while: the check has to succeed within the limit. */
    static void eventually(Pool pool, TestPostgres postgres, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        for (boolean over = false; !over; ) {
            try {
                check(pool, postgres, limit);
                over = true;
            } catch (AssertionError notYet) {
                if (System.nanoTime() - end > 0) {
                    throw notYet;
                }
            }
        }
    }

    private static <T> T within(Duration limit, String what, Pool pool, Mono<T> answer) {
        try {
            return answer.toFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError("not within %s: %s; the pool is %s".formatted(limit, what, pool.snapshot()), late);
        } catch (Exception error) {
            throw new AssertionError("failed: %s; the pool is %s".formatted(what, pool.snapshot()), error);
        }
    }

    /** What the server has of the sessions of this database that it should not have. */
    private static List<String> left(TestPostgres postgres) {
        Stream<String> busy = postgres.backends().stream()
                .filter(backend -> !backend.state().equals("idle") || backend.inTransaction())
                .map(PostgresBackend::toString);
        return Stream.concat(busy, Stream.ofNullable(postgres.queryString(LOCKS)))
                .filter(finding -> !finding.isEmpty())
                .toList();
    }
}
