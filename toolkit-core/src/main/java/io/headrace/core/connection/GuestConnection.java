package io.headrace.core.connection;

import io.headrace.core.observe.StatementLabel;
import io.r2dbc.spi.Batch;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionMetadata;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.TransactionDefinition;
import io.r2dbc.spi.ValidationDepth;
import io.r2dbc.spi.Wrapped;
import java.time.Duration;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The connection of a session as somebody sees it who takes part in its transaction and knows nothing of sessions. What
 * would begin or end the transaction is refused, and closing it does nothing, for both are up to the session's owner.
 */
final class GuestConnection implements Connection, Wrapped<Connection> {

    private final Session session;

    GuestConnection(Session session) {
        this.session = session;
    }

    @Override
    public Statement createStatement(String sql) {
        return new GuestStatement(session, sql);
    }

    @Override
    public Batch createBatch() {
        Batch batch = session.connection().createBatch();
        return new Batch() {
            @Override
            public Batch add(String sql) {
                batch.add(sql);
                return this;
            }

            @Override
            public Publisher<? extends Result> execute() {
                return GuestStatement.results(session, StatementLabel.of("a batch"), batch::execute);
            }
        };
    }

    @Override
    public Publisher<Void> createSavepoint(String name) {
        return run("SAVEPOINT", session.dialect().savepoint(session.connection(), name));
    }

    @Override
    public Publisher<Void> releaseSavepoint(String name) {
        return run("RELEASE", session.dialect().release(session.connection(), name));
    }

    @Override
    public Publisher<Void> rollbackTransactionToSavepoint(String name) {
        return run("ROLLBACK TO", session.dialect().rollbackTo(session.connection(), name));
    }

    private Mono<Void> run(String what, Publisher<Void> statement) {
        return session.run(StatementLabel.of(what), connection -> statement).then();
    }

    @Override
    public Publisher<Void> beginTransaction() {
        return refused("beginTransaction()");
    }

    @Override
    public Publisher<Void> beginTransaction(TransactionDefinition definition) {
        return refused("beginTransaction()");
    }

    @Override
    public Publisher<Void> commitTransaction() {
        return refused("commitTransaction()");
    }

    @Override
    public Publisher<Void> rollbackTransaction() {
        return refused("rollbackTransaction()");
    }

    @Override
    public Publisher<Void> setAutoCommit(boolean autoCommit) {
        return refused("setAutoCommit()");
    }

    @Override
    public Publisher<Void> setTransactionIsolationLevel(IsolationLevel isolationLevel) {
        return refused("setTransactionIsolationLevel()");
    }

    @Override
    public Publisher<Void> setLockWaitTimeout(Duration timeout) {
        return refused("setLockWaitTimeout()");
    }

    @Override
    public Publisher<Void> setStatementTimeout(Duration timeout) {
        return refused("setStatementTimeout()");
    }

    private static Mono<Void> refused(String method) {
        return Mono.error(() -> new IllegalStateException(method
                + " was called on a connection that takes part in a transaction of Headrace, which begins, ends and sets it up"
                + " itself; say it where that transaction is begun"));
    }

    @Override
    public Publisher<Void> close() {
        return Mono.empty();
    }

    @Override
    public boolean isAutoCommit() {
        return false;
    }

    @Override
    public ConnectionMetadata getMetadata() {
        return session.connection().getMetadata();
    }

    @Override
    public IsolationLevel getTransactionIsolationLevel() {
        return session.connection().getTransactionIsolationLevel();
    }

    @Override
    public Publisher<Boolean> validate(ValidationDepth depth) {
        return Flux.from(session.connection().validate(depth));
    }

    @Override
    public Connection unwrap() {
        return session.connection();
    }
}
