package io.headrace.core.coalesce;

import static java.util.Objects.requireNonNull;

import io.headrace.core.bulk.Bulk;
import io.headrace.core.connection.Sessions;
import reactor.core.publisher.Mono;

/**
 * Inserts single rows whose callers share statements: rows that come while a batch is in flight are written together by
 * the next one, in the way of {@link Bulk#insertAll}. There is no timer: an idle writer writes at once, and under load the
 * batches grow by themselves. Thread-safe; make one per table and keep it, for only the callers of the same writer share.
 *
 * <p>A row that the database refuses, or that does not fit its column, fails its caller alone, with the error of the driver
 * or {@link io.headrace.core.error.BulkException} as it is; the rest of the batch is written without it, at the cost of a
 * few more statements. Inside a transaction each batch stands behind a savepoint, so that the transaction goes on after a
 * refused row; another statement of the same transaction that is sent while such a batch is under way fails with it.
 * Every other error is that of all callers of the batch who have no answer yet:
 * {@link io.headrace.core.error.BatchException}, which says whether the rows may have been written all the same. Who finds
 * no room gets {@link io.headrace.core.error.TooManyWaitingException}, unsent.
 *
 * <p>Callers inside a transaction share with callers of the same transaction only, on its connection, one batch at a
 * time; all others share statements of their own outside. A batch belongs to no caller in particular: of their contexts it
 * sees the transaction and nothing else. Signals arrive on the driver's event loop, perhaps before the batch has given its
 * connection back; what a caller does there delays the others of its batch.
 *
 * <p>A cancel before the row has been sent means that it is not written; after that it may be. Outside a
 * transaction a batch that all callers have left is stopped. A transaction must not be ended while rows of it are under way.
 *
 * <p>Order: with a concurrency of 1, and always inside a transaction, rows are written in the order in which they were
 * subscribed to. With more, two rows whose callers did not wait for each other may be written in any order.
 *
 * @param <T> the record
 */
public final class Writer<T extends Record> {

    private final String name;
    private final Queues<T, Void> queues;

    private Writer(String name, Queues<T, Void> queues) {
        this.name = name;
        this.queues = queues;
    }

    /** A writer by this bulk write; most programs call {@code Database.writer}. */
    public static <T extends Record> Writer<T> into(
            Sessions sessions, String table, Bulk<T> bulk, WriterConfig config) {
        String name = "writer of table '" + table + "'";
        return new Writer<>(
                name,
                new Queues<>(
                        name,
                        sessions,
                        config.limits(),
                        transaction ->
                                new WriteBatch<>(name, sessions, bulk, config.batchSize(), transaction != null)));
    }

    /**
     * Writes one row. Completes when it is committed, or inside a transaction when its statement has been executed. Cold:
     * writes another row each time it is subscribed to.
     */
    public Mono<Void> write(T row) {
        return new SingleWaiter.Asking<>(queues, requireNonNull(row, "row"));
    }

    Queues<T, Void> queues() {
        return queues;
    }

    @Override
    public String toString() {
        return name;
    }
}
