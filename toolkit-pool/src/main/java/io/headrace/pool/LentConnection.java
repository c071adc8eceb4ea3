package io.headrace.pool;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ValidationDepth;
import io.r2dbc.spi.Wrapped;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * A connection as its borrower holds it, from acquire to close. Closing it twice is harmless; anything else after the
 * close is refused, because the connection behind it may already serve somebody else.
 *
 * <p>Calls go to the {@link HeldConnection} directly. r2dbc-pool's own handle is only used to give it back: it would
 * otherwise send a rollback of its own on release, without a time limit.
 */
final class LentConnection extends ForwardingConnection implements Wrapped<Connection> {

    private final String poolName;
    private final HeldConnection held;
    private final Mono<Void> release;
    private volatile boolean returned;

    LentConnection(String poolName, Connection pooled) {
        this.poolName = poolName;
        this.held = (HeldConnection) ((Wrapped<?>) pooled).unwrap();
        // cache() subscribes once, however often and by whomever it is subscribed to, and no cancel reaches the release
        this.release = Mono.defer(() -> {
                    returned = true;
                    return Mono.from(pooled.close());
                })
                .cache();
        held.lendTo(this);
    }

    /** Undoes the loan of a connection that its caller never saw. */
    void abandon() {
        returned = true;
        held.returnFrom(this);
    }

    @Override
    Connection target() {
        if (returned) {
            throw new IllegalStateException(
                    "pool '" + poolName + "': this connection was given back and may serve somebody else by now. "
                            + "Acquire another one, or close it later.");
        }
        return held;
    }

    @Override
    public Connection unwrap() {
        return ((HeldConnection) target()).unwrap();
    }

    @Override
    public Publisher<Boolean> validate(ValidationDepth depth) {
        return returned ? Mono.just(false) : held.unwrap().validate(depth);
    }

    @Override
    public Mono<Void> close() {
        return release;
    }

    @Override
    public String toString() {
        return "LentConnection[pool=" + poolName + ", returned=" + returned + "]";
    }
}
