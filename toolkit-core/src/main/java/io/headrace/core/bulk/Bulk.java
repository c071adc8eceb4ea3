package io.headrace.core.bulk;

import io.headrace.core.connection.Session;
import io.headrace.core.connection.Sessions;
import io.headrace.core.connection.TransactionScope;
import io.headrace.core.dialect.TransactionMode;
import io.headrace.core.error.BulkException;
import io.headrace.core.error.UnsupportedFeatureException;
import io.headrace.core.json.JsonCodec;
import io.headrace.core.mapping.Converters;
import io.headrace.core.mapping.ParameterValues;
import io.headrace.core.mapping.RecordShape;
import io.headrace.core.mapping.RowMapper;
import io.headrace.core.mapping.RowMappers;
import io.headrace.core.observe.StatementKind;
import io.headrace.core.observe.StatementLabel;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A bulk write of records into one table: an immutable description; subscribing to what its methods return writes. The
 * columns are those of the record's components (of a record inside: its own, behind its name), checked against the table before the first row is asked for: a component
 * without a column, one whose type does not fit, and a NOT NULL column without default that has no component are a
 * {@link BulkException}. Columns that are left out get their defaults; components of generated columns are left out.
 *
 * <p>On PostgreSQL rows go out by COPY, binary where every column has a binary form and as text otherwise, in chunks of at
 * most 1 MiB or 10,000 rows. The next chunk is encoded while the server takes the last, on a {@code headrace-bulk}
 * thread, where the source is asked for its rows as well; two chunks are held at most, so memory stays
 * flat and a slow server slows the source. On other databases rows go out by INSERT with many rows of VALUES.
 *
 * <p>A value that would lose something (a number out of range, a time finer than a microsecond, half a surrogate pair) is a
 * {@link BulkException} that names the row and the column; what the server refuses arrives as the driver's error.
 *
 * <p>All runs in the current transaction, or in one of its own: then on any error and on cancel nothing of the bulk is left. A
 * caller's transaction that goes on after a cancel keeps the chunks that were taken before; roll it back, or a savepoint.
 * The source sees the subscriber's context and is not part of a transaction of the bulk's own; inside the current one it
 * must not be a stream of rows of that same transaction ({@link io.headrace.core.error.OpenStreamException}).
 *
 * @param <T> the record
 */
public final class Bulk<T extends Record> {

    private static final int MOST_ROWS_PER_TRANSACTION = 1_000_000;

    private final Sessions sessions;
    private final TableName table;
    private final StatementLabel label;
    private final Road<T> road;
    private final RowMappers mappers;
    private final @Nullable Consumer<? super BulkResult> progress;
    private final int rowsPerTransaction;

    private Bulk(
            Sessions sessions,
            TableName table,
            Road<T> road,
            RowMappers mappers,
            @Nullable Consumer<? super BulkResult> progress,
            int rowsPerTransaction) {
        this.sessions = sessions;
        this.table = table;
        this.label = StatementLabel.of(road.verb() + " " + table);
        this.road = road;
        this.mappers = mappers;
        this.progress = progress;
        this.rowsPerTransaction = rowsPerTransaction;
    }

    /** A bulk write through these sessions; most programs call {@code Database.bulk}. */
    public static <T extends Record> Bulk<T> into(
            Sessions sessions, String table, Class<T> type, JsonCodec json, Converters converters, RowMappers mappers) {
        TableName name = new TableName(table);
        Road<T> road = sessions.dialect().name().equals("PostgreSQL")
                ? new PostgresqlRoad<>(new BulkPlanner<>(name, type, json, converters))
                : new ValuesRoad<>(name, type, ParameterValues.of(sessions.dialect(), json, converters), converters);
        return new Bulk<>(sessions, name, road, mappers, null, 0);
    }

    /** The same, telling the totals after each chunk, on the driver's event loop; must not block. */
    public Bulk<T> onProgress(Consumer<? super BulkResult> callback) {
        return new Bulk<>(sessions, table, road, mappers, callback, rowsPerTransaction);
    }

    /**
     * The same, where {@link #insert} commits chunk by chunk: each transaction takes as many rows as are given here, fewer
     * where they exceed 8 MiB (PostgreSQL) or one statement (elsewhere). What is committed stays on error and on cancel; the
     * error is a {@link BulkException} with the number of committed rows and the first error as its cause. An error of the
     * source waits until the chunks that were full before it are committed, so that the number is exact. Refused
     * inside a transaction.
     *
     * @param rows 1 to 1,000,000
     */
    public Bulk<T> committingEvery(int rows) {
        if (rows < 1 || rows > MOST_ROWS_PER_TRANSACTION) {
            throw new IllegalArgumentException(
                    "rows per transaction must be between 1 and " + MOST_ROWS_PER_TRANSACTION + ", was " + rows);
        }
        return new Bulk<>(sessions, table, road, mappers, progress, rows);
    }

    /** Inserts all rows of a source, whatever their number. Emits the totals once, after the last row is in. */
    public Mono<BulkResult> insert(Publisher<? extends T> rows) {
        return observed(BulkResult::rows, Mono.deferContextual(context -> {
            Progress told = new Progress(progress);
            Session current = sessions.current(context);
            if (rowsPerTransaction > 0) {
                return current == null ? insertCommitting(rows, told) : Mono.error(refusedInTransaction());
            }
            return current != null
                    ? told.total(road.insert(current, rows))
                    : transaction().mono(session -> told.total(road.insert(session, ofTheCaller(rows))));
        }));
    }

    /** To a listener a bulk is one statement, whatever it is made of. */
    private <R> Mono<R> observed(ToLongFunction<R> rowsOf, Mono<R> written) {
        return sessions.observed(label, StatementKind.BULK, rowsOf, written);
    }

    /** A source that reads from this database must not do so on the connection that its rows are written to. */
    private Publisher<T> ofTheCaller(Publisher<? extends T> rows) {
        return Flux.<T>from(rows).contextWrite(sessions::unbind);
    }

    private Mono<BulkResult> insertCommitting(Publisher<? extends T> rows, Progress told) {
        return told.total(road.insertCommitting(sessions, rows, rowsPerTransaction))
                .onErrorMap(error -> {
                    long committed = told.soFar().rows();
                    return new BulkException(
                            "the bulk into '" + table + "' failed after " + committed
                                    + " rows were committed; go on behind them, or remove them",
                            error,
                            committed);
                });
    }

    private BulkException refusedInTransaction() {
        return new BulkException("a bulk into '" + table
                + "' that commits every " + rowsPerTransaction
                + " rows cannot run inside a transaction; leave committingEvery out, or run it outside");
    }

    /**
     * Looks the table up and locks its columns as they are, inside the current transaction or savepoint, so that
     * {@link #insertAll} behind savepoints of it takes the shortest way; on PostgreSQL by an empty COPY, which also shows whether
     * the table may be written to. Completes without a value; outside a transaction it does nothing.
     */
    public Mono<Void> prepare() {
        return Mono.deferContextual(context -> {
            Session current = sessions.current(context);
            return current == null ? Mono.empty() : road.prepare(current);
        });
    }

    /**
     * Inserts these rows by one COPY statement, so that where the server refuses a row,
     * {@link io.headrace.core.error.SqlErrors#copyLineOf} is its place in the list, counted from 1. Emits their number.
     * All are held encoded in memory at once. On other databases one INSERT, which takes fewer rows.
     */
    public Mono<Long> insertAll(List<? extends T> rows) {
        return observed(
                Long::longValue,
                sessions.<Long>use(session -> road.insertAll(session, rows)).single());
    }

    /**
     * Inserts all rows and emits columns of each as the database has made them, such as keys and defaults, in the order of
     * the rows. Chunks of at most 1,000 rows, one statement with an array per column each; the next is sent when what came back
     * has been asked for. Elements are emitted before the commit, completion comes after it.
     *
     * <p>The order rests on the practice of PostgreSQL: {@code INSERT … SELECT … ORDER BY … RETURNING} inserts and returns in the
     * order of the SELECT. Its manual does not promise it, our tests check it.
     *
     * @param type a record, whose components name the columns where none are given, or the type of a single column
     * @param columns the columns to return
     */
    public <K> Flux<K> insertReturning(Publisher<? extends T> rows, Class<K> type, String... columns) {
        List<String> returned = returned(type, columns);
        RowMapper<K> mapper = mappers.mapper(type);
        Flux<K> written = Flux.deferContextual(context -> {
            checkNotCommitting("insertReturning");
            Progress told = new Progress(progress);
            Session current = sessions.current(context);
            return current != null
                    ? road.insertReturning(current, rows, mapper, returned, told)
                    : transaction()
                            .flux(session -> road.insertReturning(session, ofTheCaller(rows), mapper, returned, told));
        });
        return sessions.observed(label, StatementKind.BULK, row -> 1, written);
    }

    private static List<String> returned(Class<?> type, String... columns) {
        if (columns.length > 0) {
            return List.of(columns);
        }
        if (!type.isRecord()) {
            throw new IllegalArgumentException("name the column that is returned as " + type.getSimpleName());
        }
        return RecordShape.of(type).components().stream()
                .map(RecordShape.Component::column)
                .toList();
    }

    /**
     * Inserts rows, or updates those that are there already: where the conflict columns have the values of an existing row, all
     * other columns of the record are set. The columns must be those of a unique constraint or index. Fewer than 1,000
     * rows go with one statement; more are copied into a temporary table first and merged from there. A row that is given
     * twice is a {@link BulkException}, for none of the two could be said to be the right one; on other databases than PostgreSQL the last one wins.
     */
    public Mono<UpsertResult> upsert(Publisher<? extends T> rows, String... conflictColumns) {
        if (conflictColumns.length == 0) {
            throw new IllegalArgumentException("name the columns whose values make two rows the same");
        }
        return merge("upsert", rows, new Conflict(List.of(conflictColumns), true));
    }

    /**
     * Inserts rows and leaves alone those that are there already, as {@link #upsert} does otherwise; of rows that are given
     * twice the first is inserted. Without conflict columns any unique constraint counts. PostgreSQL
     * only.
     */
    public Mono<UpsertResult> insertMissing(Publisher<? extends T> rows, String... conflictColumns) {
        return merge("insertMissing", rows, new Conflict(List.of(conflictColumns), false));
    }

    private Mono<UpsertResult> merge(String method, Publisher<? extends T> rows, Conflict conflict) {
        return observed(UpsertResult::rows, Mono.deferContextual(context -> {
            checkNotCommitting(method);
            Progress told = new Progress(progress);
            Session current = sessions.current(context);
            return current != null
                    ? road.upsert(current, rows, conflict, true, told)
                    : transaction().mono(session -> road.upsert(session, ofTheCaller(rows), conflict, false, told));
        }));
    }

    private void checkNotCommitting(String method) {
        if (rowsPerTransaction > 0) {
            throw new UnsupportedFeatureException(
                    method + " runs in one transaction; committingEvery is for insert alone");
        }
    }

    private TransactionScope transaction() {
        return TransactionScope.of(sessions, TransactionMode.defaults());
    }

    /** Adds chunks up and tells the totals. For one subscription. */
    private static final class Progress implements Consumer<BulkResult> {

        private final @Nullable Consumer<? super BulkResult> callback;
        private final AtomicReference<BulkResult> total = new AtomicReference<>(BulkResult.NONE);

        Progress(@Nullable Consumer<? super BulkResult> callback) {
            this.callback = callback;
        }

        @Override
        public void accept(BulkResult chunk) {
            BulkResult now = total.accumulateAndGet(chunk, BulkResult::plus);
            if (callback != null) {
                callback.accept(now);
            }
        }

        BulkResult soFar() {
            return total.get();
        }

        Mono<BulkResult> total(Flux<BulkResult> chunks) {
            return chunks.doOnNext(this).then(Mono.fromSupplier(total::get));
        }
    }
}
