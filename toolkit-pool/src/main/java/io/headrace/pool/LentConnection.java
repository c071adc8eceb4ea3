package io.headrace.pool;

import io.headrace.core.connection.Lease;
import io.r2dbc.spi.Batch;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.ValidationDepth;
import io.r2dbc.spi.Wrapped;
import java.lang.ref.Reference;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * A connection as its borrower holds it, from acquire to close. Closing it twice is harmless; anything else after the
 * close is refused, because the connection behind it may already serve somebody else.
 */
final class LentConnection extends ForwardingConnection implements Lease, Wrapped<Connection> {

    private final HeldConnection held;
    private final Return giveBack;
    private boolean trackedByHolder;

    LentConnection(Return giveBack) {
        this.held = giveBack.held();
        this.giveBack = giveBack;
    }

    @Override
    HeldConnection target() {
        if (giveBack.hasStarted()) {
            throw returned();
        }
        return held;
    }

    boolean isReturned() {
        return giveBack.hasStarted();
    }

    IllegalStateException returned() {
        return new IllegalStateException(giveBack.book().refusal(giveBack));
    }

    static IllegalStateException abandoned() {
        return new IllegalStateException("The connection was given back while this still ran on it. "
                + "Close a connection when its statements have ended or were cancelled.");
    }

    InFlight inFlight() {
        return held.inFlight();
    }

    OnCancel onCancel() {
        return held.onCancel();
    }

    @Override
    Publisher<Void> control(Publisher<Void> publisher) {
        return trackedByHolder ? publisher : TrackedFlux.control(this, publisher);
    }

    @Override
    public Statement createStatement(String sql) {
        Statement statement = target().createStatement(sql);
        return trackedByHolder ? statement : new LeasedStatement(this, statement);
    }

    @Override
    public Batch createBatch() {
        return new LeasedBatch(this, target().createBatch());
    }

    @Override
    public void trackedByHolder() {
        trackedByHolder = true;
    }

    /** A cancelled transaction is rolled back behind the statement that it was cancelled in, however long that takes. */
    @Override
    public Publisher<Void> rollbackTransaction() {
        HeldConnection connection = target();
        return trackedByHolder
                ? connection.rollbackTransaction()
                : connection
                        .afterCancels()
                        .then(Mono.fromDirect(TrackedFlux.control(this, connection.rollbackTransaction())));
    }

    @Override
    public Connection unwrap() {
        HeldConnection connection = target();
        if (!trackedByHolder) {
            connection.inFlight().unwatched();
        }
        return connection.target();
    }

    @Override
    public Publisher<Boolean> validate(ValidationDepth depth) {
        // asked when it is subscribed to, by when the connection may serve somebody else
        return Mono.defer(() -> giveBack.hasStarted() ? Mono.just(false) : Mono.from(held.validate(depth)));
    }

    @Override
    public Mono<Void> close() {
        // who still means to close it has not lost it
        return giveBack.trace() == null ? giveBack : giveBack.doFinally(end -> Reference.reachabilityFence(this));
    }

    @Override
    public Mono<Void> discard() {
        return giveBack.unclean();
    }

    @Override
    public String toString() {
        return "LentConnection[pool=" + giveBack.book().poolName() + ", returned=" + giveBack.hasStarted() + "]";
    }
}
