package io.headrace.pool;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** A statement of a lent connection, whose caller may cancel it at any time. */
final class LeasedStatement extends ForwardingStatement {

    private final LentConnection lease;
    private boolean bound;
    private boolean chunked;

    LeasedStatement(LentConnection lease, Statement statement) {
        super(statement);
        this.lease = lease;
    }

    @Override
    public Publisher<? extends Result> execute() {
        Reading reading = Reading.of(lease.onCancel(), bound, chunked);
        Flux<Result> results = Flux.from(statement.execute()).map(result -> new LeasedResult(lease, result, reading));
        return TrackedFlux.results(lease, results, reading.results());
    }

    @Override
    void bound() {
        bound = true;
    }

    @Override
    @CanIgnoreReturnValue
    public Statement fetchSize(int rows) {
        chunked = rows > 0;
        return super.fetchSize(rows);
    }
}
