package io.headrace.core.bulk;

import io.headrace.core.connection.Session;
import io.headrace.core.connection.Sessions;
import io.headrace.core.connection.TransactionScope;
import io.headrace.core.dialect.TransactionMode;
import io.headrace.core.error.UnsupportedFeatureException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A bulk write of records into one table: an immutable description. The columns are those of the record's components,
 * checked against the table before the first row is asked for.
 *
 * <p>PostgreSQL only for now: rows go out as binary COPY in chunks of at most 1 MiB or 10,000 rows, and the next chunk is
 * built only when the server has taken the last, so memory stays flat and a slow server slows the source.
 *
 * @param <T> the record
 */
public final class Bulk<T extends Record> {

    private final Sessions sessions;
    private final String table;
    private final Class<T> type;
    private final @Nullable Consumer<? super BulkResult> progress;
    private volatile @Nullable PlannedFor<T> planned;

    private record PlannedFor<T extends Record>(Session session, CopyPlan<T> plan) {}

    private Bulk(Sessions sessions, String table, Class<T> type, @Nullable Consumer<? super BulkResult> progress) {
        this.sessions = sessions;
        this.table = table;
        this.type = type;
        this.progress = progress;
    }

    /** A bulk write through these sessions; most programs call {@code Database.bulk}. */
    public static <T extends Record> Bulk<T> into(Sessions sessions, String table, Class<T> type) {
        return new Bulk<>(sessions, table, type, null);
    }

    /** The same, telling how far it is after each chunk, on the driver's event loop; must not block. */
    public Bulk<T> onProgress(Consumer<? super BulkResult> callback) {
        return new Bulk<>(sessions, table, type, callback);
    }

    /**
     * Inserts all rows of a source, whatever their number. Emits the totals once, after the last row is in. Runs in the
     * current transaction, or in one of its own: on any error and on cancel nothing of the bulk is left.
     */
    public Mono<BulkResult> insert(Publisher<T> rows) {
        return Mono.deferContextual(context -> {
            Session current = sessions.current(context);
            return current != null
                    ? copyAll(current, rows)
                    : TransactionScope.of(sessions, TransactionMode.defaults()).mono(session -> copyAll(session, rows));
        });
    }

    /**
     * Inserts these rows by one COPY statement, so that where the server refuses a row,
     * {@link io.headrace.core.error.SqlErrors#copyLineOf} is its place in the list, counted from 1. Emits their number.
     * All are held encoded in memory at once.
     */
    public Mono<Long> insertAll(List<T> rows) {
        return sessions.<Long>use(session -> plan(session).flatMap(plan -> {
                    CopyChunk<T> chunk = new CopyChunk<>(plan);
                    rows.forEach(chunk::add);
                    return rows.isEmpty() ? Mono.just(0L) : chunk.send(session);
                }))
                .single();
    }

    private Mono<BulkResult> copyAll(Session session, Publisher<T> rows) {
        return plan(session).flatMap(plan -> Flux.defer(() -> new CopyChunks<>(plan).cut(rows))
                .concatMap(chunk -> chunk.send(session).map(sent -> new BulkResult(sent, 1, chunk.bytes())), 0)
                .scan(new BulkResult(0, 0, 0), (total, chunk) -> total.plus(chunk.rows(), chunk.bytes()))
                .doOnNext(this::report)
                .last());
    }

    private void report(BulkResult total) {
        if (progress != null && total.chunks() > 0) {
            progress.accept(total);
        }
    }

    /** A plan lives as long as its session: in a transaction the table's lock keeps the columns as they are. */
    private Mono<CopyPlan<T>> plan(Session session) {
        return Mono.defer(() -> {
            PlannedFor<T> known = planned;
            if (known != null && known.session() == session) {
                return Mono.just(known.plan());
            }
            if (!session.dialect().name().equals("PostgreSQL")) {
                return Mono.error(new UnsupportedFeatureException(
                        "bulk insert into '" + table + "' needs PostgreSQL's COPY; this is "
                                + session.dialect().name()));
            }
            return CopyPlan.load(session, table, type).doOnNext(plan -> planned = new PlannedFor<>(session, plan));
        });
    }
}
