package io.headrace.tx;

import io.headrace.core.connection.ConnectionLimit;
import io.headrace.core.connection.Session;
import io.headrace.core.connection.Sessions;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.R2dbcTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** The wait of one transaction for a connection, while the transactions around it hold theirs. */
final class WaitBeside {

    private final ConnectionFactory connections;
    private final TransactionOptions options;
    private final List<Connection> held;
    private final AtomicBoolean counted = new AtomicBoolean();
    private volatile boolean acquired;

    WaitBeside(Sessions sessions, TransactionOptions options, Session outer) {
        this.connections = sessions.connectionFactory();
        this.options = options;
        this.held = heldFrom(outer);
    }

    private static List<Connection> heldFrom(Session innermost) {
        List<Connection> held = new ArrayList<>();
        for (Session session = innermost; session != null; session = around(session)) {
            held.add(session.connection());
        }
        return held;
    }

    private static @Nullable Session around(Session session) {
        return session.guide() instanceof Work work ? work.transaction().outer() : null;
    }

    /** The attempt, which fails at once where no connection can ever come. */
    <T> Flux<T> guarded(Flux<T> attempt) {
        return Flux.defer(() -> {
            if (connections instanceof ConnectionLimit limited) {
                int limit = limited.connectionLimit();
                if (!WaitsBeside.of(limited).enter(held, limit)) {
                    return Flux.error(NoConnectionLeftException.allWait(options.toString(), connections, limit));
                }
                counted.set(true);
            }
            return attempt.onErrorMap(
                            this::isShortage,
                            error -> NoConnectionLeftException.noneCame(options.toString(), held.size(), error))
                    // before the signal goes on: who hears of it may try again
                    .doOnTerminate(this::over)
                    .doOnCancel(this::over);
        });
    }

    private boolean isShortage(Throwable error) {
        return !acquired
                && (error instanceof R2dbcTimeoutException
                        || (connections instanceof ConnectionLimit limited && limited.isShortage(error)));
    }

    void acquired() {
        acquired = true;
        over();
    }

    private void over() {
        if (connections instanceof ConnectionLimit limited && counted.compareAndSet(true, false)) {
            WaitsBeside.of(limited).leave(held);
        }
    }
}
