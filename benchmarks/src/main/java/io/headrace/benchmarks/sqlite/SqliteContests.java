package io.headrace.benchmarks.sqlite;

import io.headrace.benchmarks.harness.Contest;
import io.headrace.benchmarks.harness.Rounds;
import io.headrace.core.Database;
import io.headrace.sqlite.SqliteConnection;
import io.headrace.sqlite.SqliteConnectionFactory;
import io.headrace.sqlite.SqliteDatabase;
import io.r2dbc.h2.CloseableConnectionFactory;
import io.r2dbc.h2.H2ConnectionFactory;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Everything on one SQLite file, and on H2 in a file and in memory. */
public final class SqliteContests {

    private static final int BATCH = 1_000;
    private static final String OURS = "?";
    private static final String OF_H2 = "$";

    private final Path folder;
    private final Path file;
    private final boolean python = Python.isInstalled();

    private SqliteContests(Path folder) {
        this.folder = folder;
        this.file = folder.resolve("items.db");
    }

    /** Runs all of them; each prints its table when it has ended. */
    public static void run(Rounds rounds, int rows, int calls, PrintStream out) throws Exception {
        new SqliteContests(Files.createTempDirectory("headrace-benchmarks")).runAll(rounds, rows, calls, out);
    }

    private void runAll(Rounds rounds, int rows, int calls, PrintStream out) throws Exception {
        SqliteConnectionFactory one = SqliteConnectionFactory.from(file);
        SqliteDatabase shared = SqliteDatabase.open(file, c -> {});
        ConnectionFactory h2File =
                ConnectionFactories.get("r2dbc:h2:file:///" + folder.resolve("h2") + "?DB_CLOSE_DELAY=-1");
        CloseableConnectionFactory h2Memory =
                H2ConnectionFactory.inMemory(UUID.randomUUID().toString());
        try (Jdbc jdbc = new Jdbc(file)) {
            Contenders contenders = new Contenders(one, Database.on(shared), jdbc, h2File, h2Memory);
            contenders.fill(rows);
            read(contenders, rounds, rows, out);
            lookUp(contenders, rounds, calls, out);
            insert(contenders, rounds, rows, out);
        } finally {
            shared.close().then(one.close()).then(h2Memory.close()).block();
        }
        SqliteWaits.run(folder.resolve("waits.db"), rows, out);
    }

    private void read(Contenders on, Rounds rounds, int rows, PrintStream out) throws Exception {
        Contest contest = Contest.of(
                        "SQLite: %,d rows of 4 columns read to records".formatted(rows), "row", rows, Item::figureOf)
                .add("sqlite-jdbc, typed getters", all -> on.jdbc.readTyped())
                .add("sqlite-jdbc, `getObject`", all -> on.jdbc.readObjects())
                .add("Headrace driver, on the thread of the connection", all -> on.ours()
                        .read())
                .add("Headrace driver, lists of 256 to another thread", all -> on.ours()
                        .readElsewhere(256))
                .add("Headrace `Database`, records", all -> on.records())
                .add("r2dbc-h2, file", all -> on.h2File().read())
                .add("r2dbc-h2, memory", all -> on.h2Memory().read());
        if (python) {
            contest.add("Python `for row in …`", new Python(file)::read);
        }
        contest.run(rounds).print(out);
    }

    private void lookUp(Contenders on, Rounds rounds, int calls, PrintStream out) throws Exception {
        Contest contest = Contest.of("SQLite: %,d rows by primary key".formatted(calls), "call", calls, Item::figureOf)
                .add("sqlite-jdbc, prepared once", on.jdbc::lookUp)
                .add("Headrace driver, one by one on the thread of the connection", on.ours()::lookUp)
                .add("Headrace driver, one by one from another thread", on.ours()::lookUpFromElsewhere)
                .add("Headrace driver, 64 at once from another thread", on.ours()::lookUpAtOnce)
                .add("r2dbc-h2, file, one by one", on.h2File()::lookUp)
                .add("r2dbc-h2, memory, one by one", on.h2Memory()::lookUp);
        if (python) {
            contest.add("Python `execute().fetchone()`", new Python(file)::lookUp);
        }
        contest.run(rounds).print(out);
    }

    private void insert(Contenders on, Rounds rounds, int rows, PrintStream out) throws Exception {
        Contest contest = Contest.of(
                        "SQLite: %,d rows inserted in one transaction".formatted(rows), "row", rows, count -> count)
                .before(on::empty)
                .add("sqlite-jdbc `executeBatch`, 1000 each", count -> on.jdbc.insert(count, BATCH))
                .add("Headrace driver `bulk` from a publisher", on::bulk)
                .add("Headrace `db.bulk`, records", on::bulkOfRecords)
                .addForPart("Headrace driver, `add()` of 1000", 4, count -> on.ours()
                        .insertByAdd(count, BATCH))
                .addForPart("Headrace driver, a statement per row, 64 at once", 4, on.ours()::insertOneByOne)
                .addForPart("r2dbc-h2, file, `add()` of 1000", 4, count -> on.h2File()
                        .insertByAdd(count, BATCH))
                .addForPart("r2dbc-h2, memory, `add()` of 1000", 4, count -> on.h2Memory()
                        .insertByAdd(count, BATCH));
        if (python) {
            contest.add("Python `executemany`", new Python(file)::insert);
        }
        contest.run(rounds).print(out);
    }

    private record Contenders(
            SqliteConnectionFactory one,
            Database database,
            Jdbc jdbc,
            ConnectionFactory file,
            ConnectionFactory memory) {

        Reactive ours() {
            return new Reactive(one, OURS);
        }

        Reactive h2File() {
            return new Reactive(file, OF_H2);
        }

        Reactive h2Memory() {
            return new Reactive(memory, OF_H2);
        }

        void fill(int rows) throws Exception {
            jdbc.execute(Item.SQLITE_TABLE);
            jdbc.insert(rows, BATCH);
            for (ConnectionFactory h2 : new ConnectionFactory[] {file, memory}) {
                Database.on(h2).sql(Item.H2_TABLE).run().block();
                new Reactive(h2, OF_H2).insertByAdd(rows, BATCH);
            }
        }

        void empty() {
            anew(database, Item.SQLITE_TABLE);
            anew(Database.on(file), Item.H2_TABLE);
            anew(Database.on(memory), Item.H2_TABLE);
        }

        private static void anew(Database each, String table) {
            each.sql("DROP TABLE items").run().then(each.sql(table).run()).block();
        }

        long records() {
            return number(database.sql(Item.SELECT)
                    .as(Item.class)
                    .flux()
                    .map(Item::figure)
                    .reduce(0L, Long::sum));
        }

        long bulk(int rows) {
            return number(Mono.usingWhen(
                    one.create(),
                    connection ->
                            connection.bulk(Item.INSERT, Flux.range(1, rows).map(n -> Item.number(n)
                                    .values())),
                    SqliteConnection::close));
        }

        long bulkOfRecords(int rows) {
            return number(database.bulk("items", Item.class)
                    .insert(Flux.range(1, rows).map(Item::number))
                    .map(result -> result.rows()));
        }

        private static long number(Mono<Long> figure) {
            return Objects.requireNonNull(figure.block());
        }
    }
}
