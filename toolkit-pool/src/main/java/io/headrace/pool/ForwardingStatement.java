package io.headrace.pool;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r2dbc.spi.Statement;

/** Passes every call except {@code execute} on to another statement. */
abstract class ForwardingStatement implements Statement {

    final Statement statement;

    ForwardingStatement(Statement statement) {
        this.statement = statement;
    }

    /** A parameter was given a value. */
    void bound() {}

    @Override
    @CanIgnoreReturnValue
    public Statement add() {
        statement.add();
        return this;
    }

    @Override
    @CanIgnoreReturnValue
    public Statement bind(int index, Object value) {
        bound();
        statement.bind(index, value);
        return this;
    }

    @Override
    @CanIgnoreReturnValue
    public Statement bind(String name, Object value) {
        bound();
        statement.bind(name, value);
        return this;
    }

    @Override
    @CanIgnoreReturnValue
    public Statement bindNull(int index, Class<?> type) {
        bound();
        statement.bindNull(index, type);
        return this;
    }

    @Override
    @CanIgnoreReturnValue
    public Statement bindNull(String name, Class<?> type) {
        bound();
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
