package io.headrace.pool;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import org.reactivestreams.Publisher;

/** A statement that opens a transaction, and that tells the {@link BeginWatch} when it is sent and when answered. */
final class WatchedStatement implements Statement {

    private final Statement statement;
    private final BeginWatch watch;

    WatchedStatement(Statement statement, BeginWatch watch) {
        this.statement = statement;
        this.watch = watch;
    }

    @Override
    public Publisher<? extends Result> execute() {
        return watch.begin(statement.execute());
    }

    @Override
    @CanIgnoreReturnValue
    public Statement add() {
        statement.add();
        return this;
    }

    @Override
    @CanIgnoreReturnValue
    public Statement bind(int index, Object value) {
        statement.bind(index, value);
        return this;
    }

    @Override
    @CanIgnoreReturnValue
    public Statement bind(String name, Object value) {
        statement.bind(name, value);
        return this;
    }

    @Override
    @CanIgnoreReturnValue
    public Statement bindNull(int index, Class<?> type) {
        statement.bindNull(index, type);
        return this;
    }

    @Override
    @CanIgnoreReturnValue
    public Statement bindNull(String name, Class<?> type) {
        statement.bindNull(name, type);
        return this;
    }

    @Override
    @CanIgnoreReturnValue
    public Statement returnGeneratedValues(String... columns) {
        statement.returnGeneratedValues(columns);
        return this;
    }

    @Override
    @CanIgnoreReturnValue
    public Statement fetchSize(int rows) {
        statement.fetchSize(rows);
        return this;
    }
}
