package io.headrace.core.bulk;

import io.headrace.core.connection.Session;
import io.headrace.core.connection.Sessions;
import io.headrace.core.connection.TransactionScope;
import io.headrace.core.dialect.TransactionMode;
import io.headrace.core.error.BulkException;
import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import io.headrace.core.mapping.RowMapper;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** PostgreSQL: COPY where only rows go in, {@code unnest} where something comes back or the rows are few. */
final class PostgresqlRoad<T extends Record> implements Road<T> {

    private static final Set<SqlErrorKind> OF_THE_ROWS = Set.of(
            SqlErrorKind.UNIQUE_VIOLATION,
            SqlErrorKind.FOREIGN_KEY_VIOLATION,
            SqlErrorKind.NOT_NULL_VIOLATION,
            SqlErrorKind.CHECK_VIOLATION);

    private final BulkPlanner<T> planner;
    private final PlanCache<T> plans;

    PostgresqlRoad(BulkPlanner<T> planner) {
        this.planner = planner;
        this.plans = new PlanCache<>(planner);
    }

    @Override
    public String verb() {
        return "COPY";
    }

    @Override
    public Flux<BulkResult> insert(Session session, Publisher<? extends T> rows) {
        return plans.of(session)
                .flatMapMany(plan -> new CopyStream<>(plan, ChunkLimits.COPY).send(rows, session, plan.quotedTable()));
    }

    @Override
    public Flux<BulkResult> insertCommitting(Sessions sessions, Publisher<? extends T> rows, int rowsPerTransaction) {
        ChunkLimits limits = ChunkLimits.COMMIT.withRows(rowsPerTransaction);
        return sessions.use(planner::plan).concatMap(plan -> new CopyStream<>(plan, limits)
                .sendLasting(rows, chunk -> TransactionScope.of(sessions, TransactionMode.defaults())
                        .mono(session -> checked(plan, session).then(chunk.send(session, plan.quotedTable())))));
    }

    /** Between two transactions somebody may have altered the table, and encoded rows would be read as something else. */
    private Mono<Void> checked(BulkPlan<T> plan, Session session) {
        return planner.plan(session)
                .flatMap(
                        now -> now.isOfSameColumns(plan)
                                ? Mono.empty()
                                : Mono.error(
                                        new BulkException(
                                                "the columns of table '" + planner.table()
                                                        + "' changed while rows were written to it; begin again with the rows that are not committed")));
    }

    /** An empty COPY takes the lock under which the columns stay as they are; before that they may have changed once more. */
    @Override
    public Mono<Void> prepare(Session session) {
        return Mono.defer(() -> plans.isOf(session)
                ? Mono.empty()
                : planner.plan(session)
                        .flatMap(plan -> new CopyChunk<>(
                                        plan, plan.isBinary(), new RowBuffer(CopyStream.INITIAL_BYTES), 0)
                                .send(session, plan.quotedTable()))
                        .then(plans.fresh(session))
                        .then());
    }

    @Override
    public Mono<Long> insertAll(Session session, List<? extends T> rows) {
        BulkPlan<T> known = plans.known();
        if (known == null || plans.isOf(session)) {
            return plans.of(session).flatMap(plan -> copyAll(plan, plan.isBinary(), session, rows));
        }
        // Saves the round trip that would look the table up; text is read by the types that the columns have now.
        return copyAll(known, false, session, rows).doOnError(this::forgetPlan);
    }

    /** Unless the error is one of the rows, the table may be another by now. */
    private void forgetPlan(Throwable error) {
        if (!OF_THE_ROWS.contains(SqlErrors.kindOf(error))) {
            plans.forget();
        }
    }

    private Mono<Long> copyAll(BulkPlan<T> plan, boolean binary, Session session, List<? extends T> rows) {
        return Mono.defer(() -> {
            CopyChunk<T> chunk = new CopyChunk<>(plan, binary, new RowBuffer(CopyStream.INITIAL_BYTES), 0);
            rows.forEach(chunk::add);
            return rows.isEmpty() ? Mono.just(0L) : chunk.send(session, plan.quotedTable());
        });
    }

    @Override
    public <K> Flux<K> insertReturning(
            Session session,
            Publisher<? extends T> rows,
            RowMapper<K> mapper,
            List<String> columns,
            Consumer<BulkResult> progress) {
        return plans.forText(session).flatMapMany(plan -> {
            String sql = new UnnestSql(plan).insertReturning(columns);
            return new UnnestStream<>(plan)
                    .cut(rows)
                    .concatMap(
                            chunk -> chunk.<K>execute(session, sql, mapper::map)
                                    .doOnComplete(() -> progress.accept(new BulkResult(chunk.rows(), 1, 0))),
                            0)
                    .doOnError(this::forgetPlan);
        });
    }

    @Override
    public Mono<UpsertResult> upsert(
            Session session,
            Publisher<? extends T> rows,
            Conflict conflict,
            boolean joined,
            Consumer<BulkResult> progress) {
        return plans.forText(session)
                .flatMap(plan -> new PostgresqlUpsert<>(plan, plans, session, conflict, joined, progress).upsert(rows))
                .doOnError(this::forgetPlan);
    }
}
