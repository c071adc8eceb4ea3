package io.headrace.core.dialect;

import io.headrace.core.error.SqlErrors;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Asks PostgreSQL (13 or later) by {@code pg_xact_status}. The mark is the transaction's id with the time at which the
 * server was started and that of the transaction: a server that has crashed since, or another one that took its place, may
 * have given the same id to somebody else, if nothing of the first had reached the disk. Its "committed" is believed only
 * where the checkpoint at its start shows that the id was known by then.
 */
enum PostgresqlCommitQuestion implements CommitQuestion {
    INSTANCE;

    private static final String SEPARATOR = "|";

    private static final String MARK = "SELECT coalesce(pg_current_xact_id_if_assigned()::text || '" + SEPARATOR
            + "' || extract(epoch FROM pg_postmaster_start_time()) || '" + SEPARATOR
            + "' || extract(epoch FROM now()), '')";

    /**
     * Statistics are thrown away in a crash of any backend, which restarts all others without a new start time. A checkpoint
     * whose redo point is itself was written when nobody worked: at the end of a recovery or of a run.
     */
    private static final String OUTCOME =
            """
            SELECT CASE
              WHEN pg_is_in_recovery() THEN 'in progress'
              WHEN status IS NULL THEN 'unknown'
              WHEN status = 'aborted' OR is_same_run THEN status
              WHEN status = 'committed' AND was_known_at_start THEN status
              ELSE 'unknown'
            END
            FROM (SELECT
              CASE WHEN pg_is_in_recovery() THEN NULL ELSE pg_xact_status($1::xid8) END AS status,
              extract(epoch FROM pg_postmaster_start_time())::text = $2
                AND coalesce(extract(epoch FROM pg_stat_get_bgwriter_stat_reset_time()) <= $3::numeric, true)
                AS is_same_run,
              (SELECT redo_lsn = checkpoint_lsn
                  AND split_part(next_xid, ':', 1)::numeric * 4294967296 + split_part(next_xid, ':', 2)::numeric
                    > $1::numeric
                FROM pg_control_checkpoint()) AS was_known_at_start) AS answer""";

    private static final String BREAK_OFF =
            """
            SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE backend_xid::text::numeric = mod($1::numeric, 4294967296)""";

    /** "transaction ID … is in the future": this server has never begun it. */
    private static final String NEVER_BEGUN = "22023";

    @Override
    public Mono<String> mark(Connection connection) {
        return Statements.value(connection, MARK, String.class);
    }

    @Override
    public Mono<CommitOutcome> outcomeOf(Connection connection, String mark) {
        String[] parts = mark.split("\\" + SEPARATOR, 3);
        return Flux.defer(() -> connection
                        .createStatement(OUTCOME)
                        .bind(0, parts[0])
                        .bind(1, parts[1])
                        .bind(2, parts[2])
                        .execute())
                .concatMap(result -> result.map((row, metadata) -> row.get(0, String.class)), 0)
                .singleOrEmpty()
                .map(PostgresqlCommitQuestion::read)
                .onErrorResume(
                        error -> SqlErrors.sqlStateOf(error)
                                .filter(NEVER_BEGUN::equals)
                                .isPresent(),
                        error -> Mono.just(CommitOutcome.ROLLED_BACK));
    }

    private static CommitOutcome read(String answer) {
        return switch (answer) {
            case "committed" -> CommitOutcome.COMMITTED;
            case "aborted" -> CommitOutcome.ROLLED_BACK;
            case "in progress" -> CommitOutcome.UNDECIDED;
            default -> CommitOutcome.UNKNOWN;
        };
    }

    @Override
    public Mono<Void> breakOff(Connection connection, String mark) {
        String id = mark.substring(0, mark.indexOf(SEPARATOR));
        return Flux.defer(
                        () -> connection.createStatement(BREAK_OFF).bind(0, id).execute())
                .concatMap(Result::getRowsUpdated, 0)
                .then();
    }
}
