package io.headrace.core.connection;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.headrace.core.observe.StatementLabel;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** A statement that somebody who knows nothing of sessions runs on one: tracked as any other. */
final class GuestStatement implements Statement {

    private final Session session;
    private final String text;
    private final Statement statement;
    private boolean bound;
    private boolean chunked;

    GuestStatement(Session session, String text) {
        this.session = session;
        this.text = text;
        this.statement = session.connection().createStatement(text);
    }

    @Override
    public Publisher<? extends Result> execute() {
        StatementLabel label = StatementLabel.of(text);
        return chunked && session.dialect().streams(bound)
                ? session.stream(label, text, connection -> statement.execute())
                : results(session, label, statement::execute);
    }

    /**
     * Results are asked for without bound, as there is one for each set of values: so a statement behind this one waits for
     * its turn, as it would on a bare connection, and is not refused.
     */
    static Flux<Result> results(
            Session session, StatementLabel label, Supplier<? extends Publisher<? extends Result>> execution) {
        return Flux.defer(() -> {
            AtomicReference<@Nullable GuestResult> last = new AtomicReference<>();
            return session.run(label, label.text(), connection -> Flux.from(execution.get())
                            .map(GuestResult::new))
                    .onBackpressureBuffer()
                    .doOnNext(last::set)
                    .doOnCancel(() -> discard(last.get()))
                    .doOnDiscard(GuestResult.class, GuestResult::discard)
                    .cast(Result.class);
        });
    }

    private static void discard(@Nullable GuestResult result) {
        if (result != null) {
            result.discard();
        }
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
        bound = true;
        statement.bind(index, value);
        return this;
    }

    @Override
    @CanIgnoreReturnValue
    public Statement bind(String name, Object value) {
        bound = true;
        statement.bind(name, value);
        return this;
    }

    @Override
    @CanIgnoreReturnValue
    public Statement bindNull(int index, Class<?> type) {
        bound = true;
        statement.bindNull(index, type);
        return this;
    }

    @Override
    @CanIgnoreReturnValue
    public Statement bindNull(String name, Class<?> type) {
        bound = true;
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
        chunked = rows > 0;
        statement.fetchSize(rows);
        return this;
    }
}
