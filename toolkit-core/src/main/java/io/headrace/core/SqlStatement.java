package io.headrace.core;

import io.headrace.core.connection.AccessMode;
import io.headrace.core.connection.Session;
import io.headrace.core.connection.Sessions;
import io.headrace.core.dialect.Dialect;
import io.headrace.core.dialect.RowLock;
import io.headrace.core.error.ParameterException;
import io.headrace.core.error.TransactionRequiredException;
import io.headrace.core.mapping.RecordShape;
import io.headrace.core.mapping.RowMapper;
import io.headrace.core.mapping.RowMappers;
import io.headrace.core.observe.StatementKind;
import io.headrace.core.observe.StatementLabel;
import io.headrace.core.sql.SqlExcerpt;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * A statement text with the values bound to it so far: an immutable description. Each step returns a new one, and nothing
 * is sent before a publisher made of it is subscribed; subscribing again sends it again.
 */
public final class SqlStatement {

    private final Sessions sessions;
    private final DatabaseConfig config;
    private final RowMappers mappers;
    private final RenderedSql sql;
    private final StatementLabel label;
    private final Bindings bindings;
    private final Returning returning;
    private final boolean readOnly;

    private SqlStatement(
            Sessions sessions,
            DatabaseConfig config,
            RowMappers mappers,
            RenderedSql sql,
            StatementLabel label,
            Bindings bindings,
            Returning returning,
            boolean readOnly) {
        this.sessions = sessions;
        this.config = config;
        this.mappers = mappers;
        this.sql = sql;
        this.label = label;
        this.bindings = bindings;
        this.returning = returning;
        this.readOnly = readOnly;
    }

    static SqlStatement of(
            Sessions sessions, DatabaseConfig config, RowMappers mappers, RenderedSql sql, Bindings unbound) {
        return new SqlStatement(sessions, config, mappers, sql, sql.label(), unbound, Returning.nothing(), false);
    }

    /** The same with a name, such as {@code orders.by-id}, which stands for the text in errors, events and logs. */
    public SqlStatement named(String name) {
        return new SqlStatement(sessions, config, mappers, sql, label.named(name), bindings, returning, readOnly);
    }

    /**
     * The same, marked as {@link AccessMode#READ_ONLY}: outside a transaction a pool that has replicas may run it on one of
     * them, which may lag behind by as much as the pool allows and refuses to write. In a transaction it runs where the
     * transaction is. The pages of a scan and the batches of a loader made of it are marked too.
     */
    public SqlStatement readOnly() {
        return new SqlStatement(sessions, config, mappers, sql, label, bindings, returning, true);
    }

    /**
     * Binds a value to every occurrence of {@code :name}, as {@link io.headrace.core.mapping.ParameterValues} says.
     *
     * <p>A collection or an array stands for a list in {@code IN (:name)} and {@code NOT IN (:name)}, which PostgreSQL
     * gets as one array ({@code = ANY}), so that lists of all lengths are one statement; an empty list matches nothing.
     * Elsewhere it is an array.
     *
     * @throws ParameterException where the name is unknown or bound already, or the type cannot be bound
     */
    public SqlStatement bind(String name, Object value) {
        return with(bindings.with(sql, name, value, value.getClass()));
    }

    /** Binds NULL of a type. */
    public SqlStatement bindNull(String name, Class<?> type) {
        return with(bindings.with(sql, name, null, type));
    }

    /**
     * Binds the components of a record by name ({@code departedAt} or {@code departed_at}), those of a record inside it
     * by both names ({@code addressStreet} or {@code address_street}). Components that the statement does not name are
     * left out; null components are bound as NULL of their type. A record that is named itself is bound as JSON.
     */
    public SqlStatement bindAll(Record values) {
        RecordShape<?> shape = RecordShape.of(values.getClass());
        Bindings all = bindings;
        for (String name : sql.names()) {
            RecordShape.Property property = shape.property(name).orElse(null);
            if (property != null) {
                all = all.withComponent(sql, name, property.component(), property.valueOf(values));
            }
        }
        return with(all);
    }

    /** Binds each entry of a map by its key; every key must be a parameter. Null values need {@link #bindNull}. */
    public SqlStatement bindAll(Map<String, ?> values) {
        Bindings all = bindings;
        for (Map.Entry<String, ?> entry : values.entrySet()) {
            Object value = entry.getValue();
            if (value == null) {
                throw new ParameterException("the map has null for :" + entry.getKey()
                        + ", whose type cannot be told; bind it with bindNull: " + SqlExcerpt.of(text()));
            }
            all = all.with(sql, entry.getKey(), value, value.getClass());
        }
        return with(all);
    }

    /** Asks for rows as this type: a record, a {@code Map} of column label to value, or a scalar for a single column. */
    public <T> Query<T> as(Class<T> type) {
        return as(mappers.mapper(type));
    }

    /** Asks for rows as whatever this mapper makes of them. */
    public <T> Query<T> as(RowMapper<T> mapper) {
        return new Query<>(this, mapper, config);
    }

    /**
     * Asks for columns of the rows that an INSERT, UPDATE or DELETE has written, such as generated keys; read them with
     * {@link #as}. PostgreSQL gets a RETURNING clause, other databases what their driver makes of generated values.
     *
     * @param columns the columns, as the database stores their names; none for all
     */
    public SqlStatement returning(String... columns) {
        return new SqlStatement(sessions, config, mappers, sql, label, bindings, Returning.columns(columns), readOnly);
    }

    /**
     * Locks the rows that the SELECT gives, until the transaction ends: {@code locking(RowLock.forUpdate().skipLocked())}.
     * Outside a transaction, where a lock would be gone at once, the publishers made of it fail with a
     * {@link io.headrace.core.error.TransactionRequiredException}, and nothing is sent. A wait for a lock is limited by the
     * lock timeout of the transaction; a lock that is not to be had is an error of the kind {@code LOCK_TIMEOUT}.
     *
     * @throws ParameterException where the text is no single SELECT, or has a lock of its own
     * @throws io.headrace.core.error.UnsupportedFeatureException where the database has no such lock
     */
    public SqlStatement locking(RowLock lock) {
        return new SqlStatement(sessions, config, mappers, sql.locking(lock), label, bindings, returning, readOnly);
    }

    /** Executes the statement. Emits the number of affected rows, 0 where it affects none, after it has ended. */
    public Mono<Long> update() {
        return sessions.observed(
                label,
                StatementKind.UPDATE,
                Long::longValue,
                execute(result -> Flux.from(result.getRowsUpdated())).reduce(0L, Long::sum));
    }

    /**
     * Executes the statement for its effect, such as DDL, or the statements of a script one after the other on one
     * connection; a script stops at the first that fails, and outside a transaction what went before it stays. Emits
     * nothing but its end.
     */
    public Mono<Void> run() {
        List<String> statements = sql.named().statements();
        if (statements.size() <= 1) {
            return update().then();
        }
        Flux<Long> counts = onSession(session -> Flux.fromIterable(statements)
                .concatMap(
                        text -> session.run(
                                label,
                                text,
                                connection -> rows(
                                        connection.createStatement(sql.dialect().driverText(text)),
                                        Result::getRowsUpdated)),
                        1));
        return sessions.observed(label, StatementKind.UPDATE, Long::longValue, counts)
                .then();
    }

    /** The text as it was given. */
    public String text() {
        return sql.named().source();
    }

    @Override
    public String toString() {
        return "SqlStatement[" + label.brief() + "]";
    }

    /** The name, or the beginning of the text, for messages. */
    String brief() {
        return label.brief();
    }

    /** The rows with the listeners told of them, where there are any. */
    <T> Flux<T> observed(Flux<T> rows) {
        return sessions.observed(label, StatementKind.ROWS, row -> 1, rows);
    }

    /** The same for a single row. */
    <T> Mono<T> observed(Mono<T> row) {
        return sessions.observed(label, StatementKind.ROWS, value -> 1, row);
    }

    /** Fails unless this parameter is there and is the only one that is not bound. */
    void requireOnlyOpen(String name) {
        bindings.requireOnlyOpen(sql, name);
    }

    /** Runs the statement on the current transaction's connection or on one of its own; all rows in one piece. */
    <T> Flux<T> execute(Function<Result, Publisher<T>> read) {
        return onSession((session, variant) -> inOnePiece(session, variant, read));
    }

    /**
     * The same, read in chunks on demand, where the driver can.
     *
     * @param fetchSize rows per round trip
     */
    <T> Flux<T> stream(int fetchSize, Function<Result, Publisher<T>> read) {
        return onSession((session, variant) -> variant.isStreamable()
                ? inChunks(session, variant, fetchSize, read)
                : inOnePiece(session, variant, read));
    }

    Dialect dialect() {
        return sessions.dialect();
    }

    boolean inTransaction(ContextView context) {
        return sessions.current(context) != null;
    }

    /** Another text with the same values bound, as far as it names them. */
    SqlStatement withText(String text) {
        RenderedSql other = sql.withText(text);
        return new SqlStatement(
                sessions, config, mappers, other, label, bindings.movedTo(sql, other), returning, readOnly);
    }

    private <T> Flux<T> onSession(BiFunction<Session, SqlVariant, Publisher<T>> body) {
        return Flux.deferContextual(context -> {
            // Before any I/O: a statement that cannot be sent must not cost a connection.
            checkSingle();
            checkTransaction(context);
            bindings.check(sql);
            SqlVariant variant = bindings.variant(sql);
            return onSession(session -> body.apply(session, variant));
        });
    }

    private <T> Flux<T> onSession(Function<Session, Publisher<T>> body) {
        return readOnly ? sessions.use(AccessMode.READ_ONLY, body) : sessions.use(body);
    }

    private void checkSingle() {
        int statements = sql.named().statements().size();
        if (statements != 1) {
            throw new ParameterException(
                    (statements == 0 ? "the text holds no statement" : "the text holds " + statements + " statements")
                            + "; only run() takes a script: " + SqlExcerpt.of(text()));
        }
    }

    private void checkTransaction(ContextView context) {
        Session current = sql.isLocking() ? sessions.current(context) : null;
        if (sql.isLocking() && (current == null || !current.isTransactional())) {
            throw new TransactionRequiredException(
                    "a row lock lasts as long as its transaction, and there is none here;"
                            + " put the statement and what relies on the lock into one: " + SqlExcerpt.of(text()));
        }
    }

    private <T> Flux<T> inOnePiece(Session session, SqlVariant variant, Function<Result, Publisher<T>> read) {
        String text = returning.complete(variant.text(), sql.dialect());
        return session.run(label, text, connection -> rows(bound(connection, variant, text), read));
    }

    private <T> Flux<T> inChunks(
            Session session, SqlVariant variant, int fetchSize, Function<Result, Publisher<T>> read) {
        Optional<String> idle = variant.idleParameterText();
        String text = returning.complete(idle.orElseGet(variant::text), sql.dialect());
        return session.stream(label, text, connection -> {
            Statement statement =
                    idle.isPresent() ? connection.createStatement(text).bind(0, 1) : bound(connection, variant, text);
            return rows(statement.fetchSize(fetchSize), read);
        });
    }

    private Statement bound(Connection connection, SqlVariant variant, String text) {
        Statement statement = returning.ask(connection.createStatement(text), sql.dialect());
        bindings.apply(variant, statement);
        return statement;
    }

    private static <T> Flux<T> rows(Statement statement, Function<Result, Publisher<T>> read) {
        return Flux.from(statement.execute()).concatMap(read, 0);
    }

    private SqlStatement with(Bindings changed) {
        return new SqlStatement(sessions, config, mappers, sql, label, changed, returning, readOnly);
    }
}
