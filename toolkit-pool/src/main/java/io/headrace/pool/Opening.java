package io.headrace.pool;

import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * One connect, from the call into the driver to its result or its time limit.
 *
 * <p>The driver is never cancelled while it connects, since a connection that arrives just then may be lost with its
 * socket. A connection that comes too late is closed instead.
 */
final class Opening {

    private static final Logger LOG = LoggerFactory.getLogger(Opening.class);

    private final Opener opener;
    private final MonoSink<HeldConnection> sink;
    private final AtomicBoolean answered = new AtomicBoolean();
    private final long began;
    private final int round;

    /** Of the time before any refresh until it is known, so that a refresh rather waits for it than overlooks it. */
    private volatile int generation;

    Opening(Opener opener, MonoSink<HeldConnection> sink) {
        this.opener = opener;
        this.sink = sink;
        this.began = opener.timing().nanos();
        this.round = opener.backOff().round();
    }

    int generation() {
        return generation;
    }

    void begin(int inGeneration) {
        generation = inGeneration;
        Duration longest = opener.config().timeouts().connect();
        Disposable limit =
                opener.timing().after(longest, () -> fail(new PoolConnectTimeoutException(opener.poolName(), longest)));
        sink.onCancel(() -> answered.set(true));
        Mono.<Connection>defer(opener::connect)
                .switchIfEmpty(Mono.error(() ->
                        new IllegalStateException("pool '" + opener.poolName() + "': the driver gave no connection.")))
                .subscribe(
                        connection -> {
                            limit.dispose();
                            arrived(connection);
                            opener.settled();
                        },
                        error -> {
                            limit.dispose();
                            fail(error);
                            opener.settled();
                        });
    }

    private void arrived(Connection connection) {
        opener.signals().connected(Duration.ofNanos(opener.timing().nanos() - began));
        HeldConnection held = opener.hold(connection, generation);
        boolean wanted = answered.compareAndSet(false, true);
        if (wanted && !opener.isFinishing()) {
            boolean databaseIsBack = opener.backOff().answered();
            // first to the one that it was opened for, so that the others do not open more than they need
            sink.success(held);
            opener.ended(this, databaseIsBack);
            return;
        }
        held.closeNow(opener.isFinishing() ? CloseCause.POOL_CLOSED : CloseCause.ABANDONED);
        if (wanted) {
            sink.error(new PoolClosedException(opener.poolName(), null));
            opener.ended(this, false);
        }
    }

    private void fail(Throwable error) {
        if (!answered.compareAndSet(false, true)) {
            LOG.debug("pool '{}': a connection failed after its time limit", opener.poolName(), error);
            return;
        }
        opener.signals().connectFailed(error);
        if (ConnectFailure.mayPass(error)) {
            if (ConnectFailure.isBreak(error)) {
                opener.suspicion().broke();
            }
            // before the error is heard of, so that nobody connects because of it
            opener.backOff().failed(round, error);
            sink.error(new ConnectFailedException(error));
            opener.ended(this, false);
            // behind the error, by which the caller waits on and the permit comes back
            opener.backOff().left();
        } else {
            boolean databaseIsBack = opener.backOff().answered();
            sink.error(error);
            opener.ended(this, databaseIsBack);
        }
    }
}
