package io.headrace.core.bulk;

import io.headrace.core.connection.Session;
import io.headrace.core.error.BulkException;
import io.headrace.core.error.SqlErrors;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One upsert. Few rows go as arrays with the statement; more are copied into a temporary table first and merged from there,
 * by one statement either way, so that a row that is given twice is found however far apart.
 */
final class PostgresqlUpsert<T extends Record> {

    /** From where on a temporary table costs the server no more than arrays do. */
    private static final int FEW = 1_000;

    private static final String CARDINALITY_VIOLATION = "21000";
    // Temporary tables are seen by their own session alone; within one, each needs a name of its own.
    private static final AtomicLong LATEST_STAGE = new AtomicLong();

    private final BulkPlan<T> textPlan;
    private final PlanCache<T> plans;
    private final Session session;
    private final Conflict conflict;
    private final boolean joined;
    private final Consumer<BulkResult> progress;

    PostgresqlUpsert(
            BulkPlan<T> textPlan,
            PlanCache<T> plans,
            Session session,
            Conflict conflict,
            boolean joined,
            Consumer<BulkResult> progress) {
        this.textPlan = textPlan;
        this.plans = plans;
        this.session = session;
        this.conflict = conflict;
        this.joined = joined;
        this.progress = progress;
    }

    Mono<UpsertResult> upsert(Publisher<? extends T> rows) {
        String direct = new UnnestSql(textPlan).upsert(conflict);
        return Flux.<T>from(rows)
                .buffer(FEW)
                .switchOnFirst((first, lists) -> {
                    List<T> head = first.get();
                    return head == null || head.size() < FEW
                            ? lists.concatMap(list -> atOnce(direct, list))
                            : plans.of(session)
                                    .flatMap(plan -> staged(plan, lists.concatMapIterable(Function.identity(), 1)));
                })
                .singleOrEmpty()
                .defaultIfEmpty(UpsertResult.NONE)
                .onErrorMap(
                        error -> SqlErrors.sqlStateOf(error)
                                .filter(CARDINALITY_VIOLATION::equals)
                                .isPresent(),
                        error -> new BulkException(
                                "two rows of the input have the same values in the conflict columns "
                                        + conflict.columns() + "; give each row once",
                                error));
    }

    private Mono<UpsertResult> atOnce(String sql, List<T> rows) {
        return Mono.defer(() -> {
            UnnestChunk<T> chunk = new UnnestChunk<>(textPlan, 0);
            rows.forEach(chunk::add);
            return chunk.execute(session, sql, (row, metadata) -> result(row, rows.size()))
                    .single()
                    .doOnNext(result -> progress.accept(new BulkResult(rows.size(), 1, 0)));
        });
    }

    private Mono<UpsertResult> staged(BulkPlan<T> plan, Flux<T> rows) {
        return Mono.defer(() -> {
            String stage = "pg_temp." + plan.quote("headrace_stage_" + LATEST_STAGE.incrementAndGet());
            Mono<BulkResult> copied = new CopyStream<>(plan, ChunkLimits.COPY)
                    .send(rows, session, stage)
                    .doOnNext(progress)
                    .reduce(BulkResult.NONE, BulkResult::plus);
            return execute("CREATE TEMPORARY TABLE " + stage + " ON COMMIT DROP AS SELECT " + plan.columnList()
                            + " FROM " + plan.quotedTable() + " WITH NO DATA")
                    .then(copied)
                    .flatMap(copy -> merge(plan, stage, copy.rows()))
                    .flatMap(result -> joined ? execute("DROP TABLE " + stage).thenReturn(result) : Mono.just(result));
        });
    }

    private Mono<UpsertResult> merge(BulkPlan<T> plan, String stage, long rows) {
        String sql = new ConflictSql(plan, conflict).merge("SELECT " + plan.columnList() + " FROM " + stage);
        return session.<UpsertResult>run(
                        connection -> Flux.from(connection.createStatement(sql).execute())
                                .concatMap(result -> result.map((row, metadata) -> result(row, rows))))
                .single();
    }

    private Mono<Void> execute(String sql) {
        return session.<Long>run(connection ->
                        Flux.from(connection.createStatement(sql).execute()).concatMap(Result::getRowsUpdated))
                .then();
    }

    private static UpsertResult result(Row row, long rows) {
        long written = count(row, "written");
        boolean told = count(row, "untold") == 0;
        return new UpsertResult(rows, written, told ? OptionalLong.of(count(row, "inserted")) : OptionalLong.empty());
    }

    private static long count(Row row, String name) {
        return Objects.requireNonNull(row.get(name, Long.class), name);
    }
}
