package io.headrace.pool;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Row;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Streaming replication of PostgreSQL. The functions may be called by everybody. */
final class PostgresqlReplication implements ReplicationQuestions {

    /** What is flushed: a replica is sent no more, and a commit is confirmed no earlier. */
    private static final String WRITTEN = "SELECT pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')::int8";

    private static final String APPLIED =
            "SELECT pg_is_in_recovery(), pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::int8";

    @Override
    public Mono<Long> written(Connection primary) {
        return ask(primary, WRITTEN, row -> number(row.get(0, Long.class)));
    }

    @Override
    public Mono<Applied> applied(Connection replica) {
        return ask(
                replica,
                APPLIED,
                row -> new Applied(Boolean.TRUE.equals(row.get(0, Boolean.class)), number(row.get(1, Long.class))));
    }

    private static <T> Mono<T> ask(Connection connection, String sql, Function<Row, T> read) {
        return Flux.from(connection.createStatement(sql).execute())
                .concatMap(result -> result.map((row, metadata) -> read.apply(row)), 0)
                .single();
    }

    /** A server that never followed has applied nothing. */
    private static long number(@Nullable Long value) {
        return value == null ? 0 : value;
    }
}
