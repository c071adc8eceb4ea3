package io.headrace.pool;

import io.headrace.core.dialect.Dialect;
import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Asks the server to stop what runs on one connection, again and again until it has ended: a request goes its own way to
 * the server, and one that arrives before its statement stops nothing. One request at a time. Guarded by {@code this}, and
 * nobody is called under the lock.
 */
final class StopRequests {

    /** Most statements are done by then, and a request costs the database a connection of its own. */
    private static final Duration PATIENCE = Duration.ofMillis(20);

    /** Between the answer to one request and the next. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Connection driver;
    private final Dialect dialect;
    private final Timing timing;
    private final BooleanSupplier wanted;

    private @Nullable Disposable timer;
    private boolean over;
    private boolean sent;

    /** Of the request that is under way. */
    private Sinks.@Nullable Empty<Void> answer;

    /** @param wanted whether something runs that may be stopped */
    StopRequests(Connection driver, Dialect dialect, Timing timing, BooleanSupplier wanted) {
        this.driver = driver;
        this.dialect = dialect;
        this.timing = timing;
        this.wanted = wanted;
    }

    void begin() {
        sendAfter(PATIENCE);
    }

    private void sendAfter(Duration pause) {
        Disposable next = timing.after(pause, this::send);
        boolean late;
        synchronized (this) {
            timer = next;
            late = over;
        }
        if (late) {
            next.dispose();
        }
    }

    private void send() {
        boolean now = wanted.getAsBoolean();
        synchronized (this) {
            if (over) {
                return;
            }
            if (now) {
                sent = true;
                answer = Sinks.empty();
            }
        }
        if (now) {
            dialect.stopStatement(driver)
                    .onErrorComplete()
                    .doFinally(end -> answered())
                    .subscribe();
        } else {
            sendAfter(PAUSE);
        }
    }

    private void answered() {
        Sinks.Empty<Void> ended;
        synchronized (this) {
            ended = answer;
            answer = null;
        }
        if (ended != null) {
            ended.tryEmitEmpty();
        }
        sendAfter(PAUSE);
    }

    /** Sends none any more. Completes when none is under way, with whether there was one that may still have an effect. */
    Mono<Boolean> end() {
        return Mono.defer(() -> {
            giveUp();
            synchronized (this) {
                Sinks.Empty<Void> last = answer;
                boolean any = sent;
                return last == null ? Mono.just(any) : last.asMono().thenReturn(any);
            }
        });
    }

    /** Sends none any more. */
    void giveUp() {
        Disposable next;
        synchronized (this) {
            over = true;
            next = timer;
        }
        if (next != null) {
            next.dispose();
        }
    }
}
