package io.headrace.core;

import io.headrace.core.connection.Session;
import io.headrace.core.connection.Sessions;
import io.headrace.core.mapping.RecordShape;
import io.headrace.core.mapping.RowMapper;
import io.headrace.core.mapping.RowMappers;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.util.Map;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A statement text with the values bound to it so far: an immutable description. Each step returns a new one, and nothing
 * is sent before a publisher made of it is subscribed; subscribing again sends it again.
 */
public final class SqlStatement {

    private final Sessions sessions;
    private final DatabaseConfig config;
    private final RenderedSql sql;
    private final Bindings bindings;

    SqlStatement(Sessions sessions, DatabaseConfig config, RenderedSql sql, Bindings bindings) {
        this.sessions = sessions;
        this.config = config;
        this.sql = sql;
        this.bindings = bindings;
    }

    /**
     * Binds a value to every occurrence of {@code :name}. Enums are bound by name and {@code Optional} by its content.
     *
     * @throws io.headrace.core.error.ParameterException where the name is unknown or bound already
     */
    public SqlStatement bind(String name, Object value) {
        return with(bindings.with(sql, name, value, value.getClass()));
    }

    /** Binds NULL of a type. */
    public SqlStatement bindNull(String name, Class<?> type) {
        return with(bindings.with(sql, name, null, type));
    }

    /**
     * Binds the components of a record by name ({@code departedAt} or {@code departed_at}). Components that the
     * statement does not name are left out; null components are bound as NULL of their type.
     */
    public SqlStatement bindAll(Record values) {
        Bindings all = bindings;
        for (RecordShape.Component component : RecordShape.of(values.getClass()).components()) {
            Object value = component.valueOf(values);
            for (String name : sql.names()) {
                if (name.equals(component.name()) || name.equals(component.column())) {
                    all = all.with(sql, name, value, component.type());
                }
            }
        }
        return with(all);
    }

    /** Binds each entry of a map by its key; every key must be a parameter. Null values need {@link #bindNull}. */
    public SqlStatement bindAll(Map<String, ?> values) {
        Bindings all = bindings;
        for (Map.Entry<String, ?> entry : values.entrySet()) {
            all = all.with(
                    sql, entry.getKey(), entry.getValue(), entry.getValue().getClass());
        }
        return with(all);
    }

    /** Asks for rows as this type: a record, a {@code Map} of column label to value, or a scalar for a single column. */
    public <T> Query<T> as(Class<T> type) {
        return as(RowMappers.forType(type));
    }

    /** Asks for rows as whatever this mapper makes of them. */
    public <T> Query<T> as(RowMapper<T> mapper) {
        return new Query<>(this, mapper, config);
    }

    /** Executes the statement. Emits the number of affected rows, 0 where it affects none, after it has ended. */
    public Mono<Long> update() {
        return execute(result -> Flux.from(result.getRowsUpdated())).reduce(0L, Long::sum);
    }

    /** Executes the statement for its effect, such as DDL. Emits nothing but its end. */
    public Mono<Void> run() {
        return update().then();
    }

    /** The text as it was given. */
    public String text() {
        return sql.named().source();
    }

    @Override
    public String toString() {
        return "SqlStatement[" + text() + "]";
    }

    /** Runs the statement on the current transaction's connection or on one of its own; all rows in one piece. */
    <T> Flux<T> execute(Function<Result, Publisher<T>> read) {
        return onSession(session -> session.run(connection -> rows(bound(connection, sql.text()), read)));
    }

    /**
     * The same, read in chunks on demand, where the driver can.
     *
     * @param fetchSize rows per round trip
     */
    <T> Flux<T> stream(int fetchSize, Function<Result, Publisher<T>> read) {
        return sql.isStreamable()
                ? onSession(session -> session.stream(connection -> rows(streamed(connection, fetchSize), read)))
                : execute(read);
    }

    private <T> Flux<T> onSession(Function<Session, Publisher<T>> body) {
        return Flux.defer(() -> {
            // Before any I/O: a statement that cannot be sent must not cost a connection.
            bindings.check(sql);
            return sessions.use(body);
        });
    }

    private Statement streamed(Connection connection, int fetchSize) {
        Statement statement = sql.idleParameterText()
                .map(text -> connection.createStatement(text).bind(0, 1))
                .orElseGet(() -> bound(connection, sql.text()));
        return statement.fetchSize(fetchSize);
    }

    private Statement bound(Connection connection, String text) {
        Statement statement = connection.createStatement(text);
        bindings.apply(sql, statement);
        return statement;
    }

    private static <T> Flux<T> rows(Statement statement, Function<Result, Publisher<T>> read) {
        return Flux.from(statement.execute()).concatMap(read, 1);
    }

    private SqlStatement with(Bindings changed) {
        return new SqlStatement(sessions, config, sql, changed);
    }
}
