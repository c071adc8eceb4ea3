package io.headrace.pool;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Looks at one server again and again.
 *
 * <p>On a connection of its own: a look that waits behind the borrowers of a busy pool would come late and send the
 * readers of a replica that is merely busy to the primary.
 *
 * <p>One look follows the other. The driver is not cancelled; a look that takes too long costs the connection.
 *
 * @param <T> what the server answers
 */
final class Watch<T> {

    /** Who is told. One call at a time, on the thread of the driver or of a timer. */
    interface Observer<T> {

        /** @param asked when the question was put */
        void seen(long asked, T answer);

        void lost(Throwable reason);
    }

    private final Opener opener;
    private final RoutingConfig config;
    private final Timing timing;
    private final Function<Connection, Publisher<T>> question;
    private final Observer<T> observer;

    private volatile @Nullable HeldConnection connection;
    private volatile @Nullable Disposable next;
    private volatile @Nullable Look current;
    private volatile boolean closed;

    Watch(
            String name,
            ConnectionFactory server,
            RoutingConfig config,
            Timing timing,
            Function<Connection, Publisher<T>> question,
            Observer<T> observer) {
        Duration limit = config.lookTimeout();
        PoolConfig limits = PoolConfig.of(c -> c.connectTimeout(limit).closeTimeout(limit));
        ConnectBackOff none = new ConnectBackOff(limits.connectBackOff(), timing);
        // looks are far enough from each other
        none.end();
        this.opener = new Opener(name, server, limits, timing, new Signals(), none);
        this.config = config;
        this.timing = timing;
        this.question = question;
        this.observer = observer;
    }

    /** Begins; to be called once. */
    void start() {
        lookAfter(Duration.ZERO);
    }

    /** Looks no more, and closes the connection. */
    Mono<Void> close() {
        return Mono.defer(() -> {
            closed = true;
            Disposable pending = next;
            if (pending != null) {
                pending.dispose();
            }
            Look running = current;
            if (running != null) {
                running.abandon();
            }
            return opener.finish(config.lookTimeout());
        });
    }

    private void lookAfter(Duration pause) {
        if (closed) {
            return;
        }
        Disposable pending = timing.after(pause, () -> new Look().begin());
        next = pending;
        if (closed) {
            pending.dispose();
        }
    }

    /** One question and its answer, or its failure, or its time limit, whichever is first. */
    private final class Look {

        private final AtomicBoolean over = new AtomicBoolean();
        private volatile @Nullable HeldConnection used;
        private volatile @Nullable Disposable connecting;
        private volatile @Nullable Disposable limit;
        private volatile long asked;

        void begin() {
            current = this;
            limit = timing.after(config.lookTimeout(), this::late);
            if (closed) {
                abandon();
                return;
            }
            HeldConnection kept = connection;
            if (kept == null) {
                connecting = opener.create().subscribe(this::connected, this::failed);
            } else {
                ask(kept);
            }
        }

        private void connected(HeldConnection fresh) {
            connection = fresh;
            ask(fresh);
        }

        private void ask(HeldConnection held) {
            used = held;
            if (over.get()) {
                // the time limit passed before it could see which connection to close
                drop(held);
                return;
            }
            asked = timing.nanos();
            Flux.defer(() -> question.apply(held)).single().subscribe(this::answered, this::failed);
        }

        private void answered(T answer) {
            if (end()) {
                observer.seen(asked, answer);
                lookAfter(config.lookEvery());
            }
        }

        private void late() {
            Disposable opening = connecting;
            if (opening != null) {
                // a connection that comes yet is closed by the opener
                opening.dispose();
            }
            failed(new DeadConnectionException("it did not answer within " + Text.of(config.lookTimeout()), null));
        }

        private void failed(Throwable reason) {
            if (end()) {
                HeldConnection held = used;
                if (held != null) {
                    drop(held);
                }
                observer.lost(reason instanceof ConnectFailedException failure ? failure.reason() : reason);
                lookAfter(config.lookEvery());
            }
        }

        void abandon() {
            end();
        }

        @CanIgnoreReturnValue
        private boolean end() {
            boolean first = over.compareAndSet(false, true);
            Disposable timer = limit;
            if (first && timer != null) {
                timer.dispose();
            }
            return first;
        }
    }

    private void drop(HeldConnection held) {
        if (connection == held) {
            connection = null;
        }
        held.closeNow(CloseCause.BROKEN);
    }
}
