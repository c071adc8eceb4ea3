package io.headrace.core.bulk;

import io.headrace.core.connection.Session;
import io.headrace.core.connection.Sessions;
import io.headrace.core.connection.TransactionScope;
import io.headrace.core.dialect.TransactionMode;
import io.headrace.core.error.UnsupportedFeatureException;
import io.headrace.core.mapping.Converters;
import io.headrace.core.mapping.ParameterValues;
import io.headrace.core.mapping.RowMapper;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Any database: INSERT with many rows of VALUES and bound parameters. */
final class ValuesRoad<T extends Record> implements Road<T> {

    private final TableName table;
    private final Class<T> type;
    private final ParameterValues parameters;
    private final Converters converters;

    ValuesRoad(TableName table, Class<T> type, ParameterValues parameters, Converters converters) {
        this.table = table;
        this.type = type;
        this.parameters = parameters;
        this.converters = converters;
    }

    @Override
    public String verb() {
        return "INSERT INTO";
    }

    @Override
    public Flux<BulkResult> insert(Session session, Publisher<? extends T> rows) {
        return plan(session).flatMapMany(plan -> Flux.<T>from(rows)
                .buffer(plan.mostRows())
                .concatMap(list -> insertList(session, plan, list), 0));
    }

    @Override
    public Flux<BulkResult> insertCommitting(Sessions sessions, Publisher<? extends T> rows, int rowsPerTransaction) {
        return sessions.use(this::plan)
                .concatMap(plan -> LastingChunks.send(
                        LastingChunks.of(Flux.<T>from(rows).buffer(Math.min(rowsPerTransaction, plan.mostRows()))),
                        list -> TransactionScope.of(sessions, TransactionMode.defaults())
                                .mono(session -> insertList(session, plan, list))));
    }

    @Override
    public Mono<Void> prepare(Session session) {
        return Mono.empty();
    }

    @Override
    public Mono<Long> insertAll(Session session, List<? extends T> rows) {
        return Mono.defer(() -> {
            ValuesPlan<T> plan = new ValuesPlan<>(table, type, session.dialect(), parameters, converters);
            if (rows.size() > plan.mostRows()) {
                return Mono.error(new UnsupportedFeatureException(
                        "one statement of " + session.dialect().name() + " takes " + plan.mostRows()
                                + " of these rows, not " + rows.size() + "; use insert"));
            }
            return rows.isEmpty()
                    ? Mono.just(0L)
                    : insertList(session, plan, rows).map(BulkResult::rows);
        });
    }

    @Override
    public <K> Flux<K> insertReturning(
            Session session,
            Publisher<? extends T> rows,
            RowMapper<K> mapper,
            List<String> columns,
            Consumer<BulkResult> progress) {
        return plan(session).flatMapMany(plan -> Flux.<T>from(rows)
                .buffer(plan.mostRows())
                .concatMap(
                        list -> session.<K>run(connection -> Flux.from(plan.insert(connection, list)
                                                .returnGeneratedValues(plan.named(columns))
                                                .execute())
                                        .concatMap(result -> result.map(mapper::map)))
                                .doOnComplete(() -> progress.accept(new BulkResult(list.size(), 1, 0))),
                        0));
    }

    @Override
    public Mono<UpsertResult> upsert(
            Session session,
            Publisher<? extends T> rows,
            Conflict conflict,
            boolean joined,
            Consumer<BulkResult> progress) {
        if (!conflict.update()) {
            return Mono.error(
                    new UnsupportedFeatureException("rows that are there already cannot be left alone in bulk on "
                            + session.dialect().name() + "; use upsert"));
        }
        return plan(session).flatMap(plan -> Flux.<T>from(rows)
                .buffer(plan.mostRows())
                .concatMap(
                        list -> send(session, connection -> plan.upsert(connection, list, conflict))
                                .thenReturn(new UpsertResult(list.size(), list.size(), OptionalLong.empty()))
                                .doOnNext(result -> progress.accept(new BulkResult(list.size(), 1, 0))),
                        0)
                .reduce(UpsertResult.NONE, UpsertResult::plus));
    }

    private Mono<Long> send(Session session, Function<Connection, Statement> statement) {
        return session.<Long>run(connection ->
                        Flux.from(statement.apply(connection).execute()).concatMap(Result::getRowsUpdated))
                .reduce(0L, Long::sum);
    }

    private Mono<BulkResult> insertList(Session session, ValuesPlan<T> plan, List<? extends T> rows) {
        return send(session, connection -> plan.insert(connection, rows))
                .map(inserted -> new BulkResult(inserted, 1, 0));
    }

    /** Lets the database look at the columns before the first row is asked for. */
    private Mono<ValuesPlan<T>> plan(Session session) {
        ValuesPlan<T> plan = new ValuesPlan<>(table, type, session.dialect(), parameters, converters);
        return session.<Integer>run(connection -> Flux.from(
                                connection.createStatement(plan.check()).execute())
                        .concatMap(result -> result.map((row, metadata) -> 1)))
                .then(Mono.just(plan));
    }
}
