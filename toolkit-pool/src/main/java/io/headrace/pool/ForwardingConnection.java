package io.headrace.pool;

import io.r2dbc.spi.Batch;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionMetadata;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.TransactionDefinition;
import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;
import org.reactivestreams.Publisher;

/** Passes every call except {@code close} on to another connection. */
abstract class ForwardingConnection implements Connection {

    /** The connection to call now. */
    abstract Connection target();

    /** What becomes of a publisher that begins or ends a transaction or changes the session. */
    Publisher<Void> control(Publisher<Void> publisher) {
        return publisher;
    }

    @Override
    public Publisher<Void> beginTransaction() {
        return control(target().beginTransaction());
    }

    @Override
    public Publisher<Void> beginTransaction(TransactionDefinition definition) {
        return control(target().beginTransaction(definition));
    }

    @Override
    public Publisher<Void> commitTransaction() {
        return control(target().commitTransaction());
    }

    @Override
    public Batch createBatch() {
        return target().createBatch();
    }

    @Override
    public Publisher<Void> createSavepoint(String name) {
        return control(target().createSavepoint(name));
    }

    @Override
    public Statement createStatement(String sql) {
        return target().createStatement(sql);
    }

    @Override
    public boolean isAutoCommit() {
        return target().isAutoCommit();
    }

    @Override
    public ConnectionMetadata getMetadata() {
        return target().getMetadata();
    }

    @Override
    public IsolationLevel getTransactionIsolationLevel() {
        return target().getTransactionIsolationLevel();
    }

    @Override
    public Publisher<Void> releaseSavepoint(String name) {
        return control(target().releaseSavepoint(name));
    }

    @Override
    public Publisher<Void> rollbackTransaction() {
        return control(target().rollbackTransaction());
    }

    @Override
    public Publisher<Void> rollbackTransactionToSavepoint(String name) {
        return control(target().rollbackTransactionToSavepoint(name));
    }

    @Override
    public Publisher<Void> setAutoCommit(boolean autoCommit) {
        return control(target().setAutoCommit(autoCommit));
    }

    @Override
    public Publisher<Void> setLockWaitTimeout(Duration timeout) {
        return control(target().setLockWaitTimeout(timeout));
    }

    @Override
    public Publisher<Void> setStatementTimeout(Duration timeout) {
        return control(target().setStatementTimeout(timeout));
    }

    @Override
    public Publisher<Void> setTransactionIsolationLevel(IsolationLevel isolationLevel) {
        return control(target().setTransactionIsolationLevel(isolationLevel));
    }

    @Override
    public Publisher<Boolean> validate(ValidationDepth depth) {
        return target().validate(depth);
    }
}
