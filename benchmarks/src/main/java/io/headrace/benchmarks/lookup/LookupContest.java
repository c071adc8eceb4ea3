package io.headrace.benchmarks.lookup;

import io.headrace.benchmarks.harness.Contest;
import io.headrace.benchmarks.harness.Rounds;
import io.headrace.benchmarks.harness.Standings;
import io.headrace.benchmarks.peers.Peers;
import io.headrace.core.Database;
import io.headrace.core.coalesce.Loader;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import org.springframework.r2dbc.core.DatabaseClient;

/** Single rows by primary key, asked for by many callers over a pool of few connections. */
public final class LookupContest {

    private LookupContest() {}

    /** Runs it. The table must not exist yet. */
    public static Standings run(Peers peers, Rounds rounds, int callerCount, int calls) throws Exception {
        peers.postgres().execute(Product.TABLE);
        Callers callers = new Callers(callerCount);
        Database db = peers.headrace();
        Loader<Long, Product> loader =
                db.loader("SELECT * FROM products WHERE id = ANY(:keys)", Product.class, Product::id);
        DatabaseClient spring = peers.spring(peers.r2dbcPool());
        DatabaseClient springOnHeadrace = peers.spring(peers.headracePool());
        ExecutorService platformThreads = Executors.newFixedThreadPool(callerCount, daemons());
        Optional<ExecutorService> virtualThreads = VirtualThreads.executor();
        try {
            Contest contest = Contest.of(
                            "%,d rows by primary key, %d callers, pools of %d connections"
                                    .formatted(calls, callerCount, Peers.POOL_SIZE),
                            "call",
                            calls,
                            Product::figureOfCalls)
                    .add("Headrace `sql(...).as(Record).one()`", callers.on(Lookup.by(id -> db.sql(
                                    "SELECT * FROM products WHERE id = :id")
                            .bind("id", id)
                            .as(Product.class)
                            .one())))
                    .add("Headrace `loader`", callers.on(Lookup.by(loader::load)))
                    .add(
                            "r2dbc-postgresql + r2dbc-pool",
                            callers.on(Lookup.by(id -> R2dbcLookup.bare(peers.r2dbcPool(), id))))
                    .add(
                            "Spring `DatabaseClient` + r2dbc-pool",
                            callers.on(Lookup.by(id -> R2dbcLookup.spring(spring, id))))
                    .add(
                            "Spring `DatabaseClient` + Headrace pool",
                            callers.on(Lookup.by(id -> R2dbcLookup.spring(springOnHeadrace, id))))
                    .add(
                            "Vert.x, pipelining limit 256",
                            callers.on(new VertxLookup(peers.vertx().pipelined())))
                    .add(
                            "pgjdbc + HikariCP, platform threads",
                            callers.on(platformThreads, new JdbcLookup(peers.jdbc())));
            virtualThreads.ifPresent(threads -> contest.add(
                    "pgjdbc + HikariCP, virtual threads", callers.on(threads, new JdbcLookup(peers.jdbc()))));
            return contest.run(rounds);
        } finally {
            platformThreads.shutdown();
            virtualThreads.ifPresent(ExecutorService::shutdown);
        }
    }

    private static ThreadFactory daemons() {
        return task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
        };
    }
}
