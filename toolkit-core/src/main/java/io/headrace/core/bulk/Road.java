package io.headrace.core.bulk;

import io.headrace.core.connection.Session;
import io.headrace.core.connection.Sessions;
import io.headrace.core.mapping.RowMapper;
import java.util.List;
import java.util.function.Consumer;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * How rows get into a kind of database. All publishers are cold; chunk results are what each chunk added, emitted when the
 * server has taken it.
 */
interface Road<T extends Record> {

    /** How its statements begin, for messages and listeners. */
    String verb();

    /** All rows, on a session that is in a transaction. */
    Flux<BulkResult> insert(Session session, Publisher<? extends T> rows);

    /** All rows, each chunk in a transaction of its own. */
    Flux<BulkResult> insertCommitting(Sessions sessions, Publisher<? extends T> rows, int rowsPerTransaction);

    /** What has to be known before, on a session that is in a transaction; then good for the savepoints within it. */
    Mono<Void> prepare(Session session);

    /** These rows by one statement, where the database has one that takes them all. */
    Mono<Long> insertAll(Session session, List<? extends T> rows);

    /** All rows, giving back a value of each in order, on a session that is in a transaction. */
    <K> Flux<K> insertReturning(
            Session session,
            Publisher<? extends T> rows,
            RowMapper<K> mapper,
            List<String> columns,
            Consumer<BulkResult> progress);

    /**
     * All rows, or what a conflict makes of them.
     *
     * @param joined whether the session's transaction is the caller's and goes on afterwards
     */
    Mono<UpsertResult> upsert(
            Session session,
            Publisher<? extends T> rows,
            Conflict conflict,
            boolean joined,
            Consumer<BulkResult> progress);
}
