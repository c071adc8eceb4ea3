package io.headrace.benchmarks.sqlite;

import static java.util.Objects.requireNonNull;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Statement;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * An R2DBC driver by hand, ours or that of H2, on one connection.
 *
 * @param marker what a marker begins with: SQLite takes {@code ?1}, H2 {@code $1}
 */
record Reactive(ConnectionFactory connections, String marker) {

    private static final int AT_ONCE = 64;

    private static Item item(Readable row) {
        return new Item(
                requireNonNull(row.get(0, Long.class)),
                requireNonNull(row.get(1, String.class)),
                requireNonNull(row.get(2, Double.class)),
                requireNonNull(row.get(3, Integer.class)));
    }

    private long on(Function<Connection, Mono<Long>> work) {
        return Mono.usingWhen(connections.create(), work, Connection::close)
                .blockOptional()
                .orElseThrow();
    }

    private static Flux<Item> items(Statement statement) {
        return Flux.from(statement.execute()).concatMap(result -> result.map(Reactive::item));
    }

    long read() {
        return on(connection ->
                items(connection.createStatement(Item.SELECT)).map(Item::figure).reduce(0L, Long::sum));
    }

    /** Handed over to another thread in lists. */
    long readElsewhere(int together) {
        return on(connection -> items(connection.createStatement(Item.SELECT))
                .buffer(together)
                .publishOn(Schedulers.parallel(), 4)
                .map(Reactive::figureOf)
                .reduce(0L, Long::sum));
    }

    private static long figureOf(List<Item> items) {
        long figure = 0;
        for (Item item : items) {
            figure += item.figure();
        }
        return figure;
    }

    private Flux<Item> find(Connection connection, int id) {
        return items(connection
                .createStatement(Item.LOOKUP.replace("?", marker + "1"))
                .bind(0, (long) id));
    }

    /** The next one is asked for where the answer to the last arrives. */
    long lookUp(int calls) {
        return on(connection -> Flux.range(1, calls)
                .concatMap(id -> find(connection, id).map(Item::figure), 1)
                .reduce(0L, Long::sum));
    }

    /** The next one is asked for on another thread, as by an event loop. */
    long lookUpFromElsewhere(int calls) {
        return on(connection -> Flux.range(1, calls)
                .concatMap(id -> find(connection, id).map(Item::figure).publishOn(Schedulers.parallel()), 1)
                .reduce(0L, Long::sum));
    }

    long lookUpAtOnce(int calls) {
        return on(connection -> Flux.range(1, calls)
                .flatMap(id -> find(connection, id).map(Item::figure).publishOn(Schedulers.parallel()), AT_ONCE)
                .reduce(0L, Long::sum));
    }

    private String insertSql() {
        return "INSERT INTO items VALUES (%1$s1, %1$s2, %1$s3, %1$s4)".formatted(marker);
    }

    private static Statement bound(Statement statement, int n) {
        Item item = Item.number(n);
        return statement
                .bind(0, item.id())
                .bind(1, item.name())
                .bind(2, item.price())
                .bind(3, item.stock());
    }

    /** A statement per row, some at once. */
    long insertOneByOne(int rows) {
        return inTransaction(connection -> Flux.range(1, rows)
                .flatMap(
                        n -> Flux.from(bound(connection.createStatement(insertSql()), n)
                                        .execute())
                                .concatMap(result -> result.getRowsUpdated()),
                        AT_ONCE)
                .reduce(0L, Long::sum));
    }

    /** {@code Statement.add()}. */
    long insertByAdd(int rows, int together) {
        return inTransaction(connection -> Flux.range(0, rows / together)
                .concatMap(chunk -> {
                    Statement statement = connection.createStatement(insertSql());
                    for (int i = 1; i <= together; i++) {
                        bound(statement, chunk * together + i);
                        if (i < together) {
                            statement.add();
                        }
                    }
                    return Flux.from(statement.execute()).concatMap(result -> result.getRowsUpdated());
                })
                .reduce(0L, Long::sum));
    }

    private long inTransaction(Function<Connection, Mono<Long>> work) {
        return on(connection -> Mono.from(connection.beginTransaction())
                .then(Mono.defer(() -> work.apply(connection)))
                .delayUntil(count -> connection.commitTransaction()));
    }
}
