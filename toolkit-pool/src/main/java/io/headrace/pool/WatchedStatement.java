package io.headrace.pool;

import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import org.reactivestreams.Publisher;

/** A statement that opens a transaction, and that tells the {@link BeginWatch} when it is sent and when answered. */
final class WatchedStatement extends ForwardingStatement {

    private final BeginWatch watch;

    WatchedStatement(Statement statement, BeginWatch watch) {
        super(statement);
        this.watch = watch;
    }

    @Override
    public Publisher<? extends Result> execute() {
        return watch.begin(statement.execute());
    }
}
