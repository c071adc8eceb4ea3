package io.headrace.benchmarks.sqlite;

import io.headrace.sqlite.SqliteConnection;
import io.headrace.sqlite.SqliteDatabase;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** How long somebody waits: for a first row, behind a cancel, beside a writer, among other writers. */
final class SqliteWaits {

    private static final int QUESTIONS = 20_000;
    private static final int CANCELS = 200;
    private static final int WRITERS = 16;
    private static final int TRANSACTIONS = 500;
    private static final double NANOS_PER_MICRO = 1e3;

    private final SqliteDatabase database;
    private final PrintStream out;

    private SqliteWaits(SqliteDatabase database, PrintStream out) {
        this.database = database;
        this.out = out;
    }

    static void run(Path file, int rows, PrintStream out) throws Exception {
        SqliteDatabase database = SqliteDatabase.open(file, c -> {});
        SqliteWaits waits = new SqliteWaits(database, out);
        out.printf(
                "%n### SQLite: waits, in microseconds%n%n| what | half | 99 of 100 | longest |%n| --- | ---: | ---: | ---: |%n");
        try {
            waits.runAll(rows, file);
        } finally {
            database.close().block();
        }
    }

    private void runAll(int rows, Path file) throws Exception {
        update(Item.SQLITE_TABLE).block();
        bulk(rows).block();
        print("the first of all rows", 50, () -> timed(query(Item.SELECT).next()));
        print("usable again after a cancel of a sort", CANCELS, this::cancelled);
        lookUps(QUESTIONS);
        print("a row by its key, nobody writes", lookUps(QUESTIONS));
        Disposable writing = bulk(2 * rows).subscribe();
        print("the same while a transaction writes", lookUps(QUESTIONS));
        writing.dispose();
        update("CREATE TABLE counters (n INTEGER)").block();
        print("%d writers, Headrace".formatted(WRITERS), writers());
        print("%d writers, sqlite-jdbc with connections of their own".formatted(WRITERS), jdbcWriters(file));
    }

    private Flux<Long> query(String sql) {
        return Flux.usingWhen(
                database.create(),
                connection -> Flux.from(connection.createStatement(sql).execute())
                        .concatMap(result -> result.map(row -> row.get(0, Long.class))),
                SqliteConnection::close);
    }

    private Mono<Long> update(String sql) {
        return Mono.usingWhen(
                database.create(),
                connection -> Flux.from(connection.createStatement(sql).execute())
                        .concatMap(result -> result.getRowsUpdated())
                        .reduce(0L, Long::sum),
                SqliteConnection::close);
    }

    private Mono<Long> bulk(int rows) {
        return Mono.usingWhen(
                database.create(),
                connection -> connection.bulk(
                        "INSERT INTO items VALUES (NULL, ?, ?, ?)",
                        Flux.range(1, rows)
                                .map(n -> new Object[] {Item.number(n).name(), n + 0.5, n % 100})),
                SqliteConnection::close);
    }

    private static long timed(Mono<?> work) {
        long start = System.nanoTime();
        work.block();
        return System.nanoTime() - start;
    }

    private long cancelled() {
        Disposable sort = query("SELECT a.id FROM items a, items b ORDER BY a.name || b.name")
                .subscribe();
        Mono.delay(java.time.Duration.ofMillis(5)).block();
        long start = System.nanoTime();
        sort.dispose();
        query("SELECT 1").blockLast();
        return System.nanoTime() - start;
    }

    private long[] lookUps(int questions) {
        long[] times = new long[questions];
        for (int i = 0; i < questions; i++) {
            times[i] = timed(
                    query("SELECT id FROM items WHERE id = " + (i % 500 + 1)).next());
        }
        return times;
    }

    private long[] writers() {
        ConcurrentLinkedQueue<Long> times = new ConcurrentLinkedQueue<>();
        Flux.range(0, WRITERS)
                .flatMap(
                        writer -> Flux.range(0, TRANSACTIONS)
                                .concatMap(i -> Mono.defer(() -> {
                                    long start = System.nanoTime();
                                    return update("INSERT INTO counters VALUES (1)")
                                            .doOnNext(done -> times.add(System.nanoTime() - start));
                                })),
                        WRITERS)
                .blockLast();
        return all(times);
    }

    private static long[] jdbcWriters(Path file) throws Exception {
        ConcurrentLinkedQueue<Long> times = new ConcurrentLinkedQueue<>();
        Thread[] threads = new Thread[WRITERS];
        for (int i = 0; i < WRITERS; i++) {
            threads[i] = new Thread(() -> {
                try (Jdbc jdbc = new Jdbc(file)) {
                    for (int n = 0; n < TRANSACTIONS; n++) {
                        long start = System.nanoTime();
                        jdbc.execute("INSERT INTO counters VALUES (1)");
                        times.add(System.nanoTime() - start);
                    }
                } catch (java.sql.SQLException error) {
                    throw new IllegalStateException(error);
                }
            });
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return all(times);
    }

    private static long[] all(ConcurrentLinkedQueue<Long> times) {
        if (times.size() != WRITERS * TRANSACTIONS) {
            throw new IllegalStateException(times.size() + " transactions were done");
        }
        return times.stream().mapToLong(time -> time).toArray();
    }

    private void print(String what, int count, LongSupplier one) {
        long[] times = new long[count];
        for (int i = 0; i < count; i++) {
            times[i] = one.getAsLong();
        }
        print(what, times);
    }

    private void print(String what, long[] times) {
        Arrays.sort(times);
        out.printf(
                Locale.ROOT,
                "| %s | %,.0f | %,.0f | %,.0f |%n",
                what,
                times[times.length / 2] / NANOS_PER_MICRO,
                times[times.length * 99 / 100] / NANOS_PER_MICRO,
                times[times.length - 1] / NANOS_PER_MICRO);
    }
}
