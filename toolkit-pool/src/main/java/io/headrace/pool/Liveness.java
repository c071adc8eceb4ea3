package io.headrace.pool;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Lifecycle;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What is known about whether one connection works. The answer that costs nothing is asked for first. */
final class Liveness {

    private final Connection driver;
    private final Timing timing;
    private final Suspicion suspicion;
    private final Duration limit;
    private final long trustedFor;

    /** When it was opened or came back. Written before {@link #lastGood}. */
    private long lastUsed;

    /** When the server itself answered last. Written before {@link #lastGood}. */
    private long lastProof;

    /** When it was opened, answered a validation or came back, whichever was last. */
    private volatile long lastGood;

    /** Whether it was lent before, or waited so long that its death is not news about the database. */
    private volatile boolean seasoned;

    /** The end of a validation that nobody had asked for; null while there is none. */
    private volatile Sinks.@Nullable Empty<Void> checkUp;

    Liveness(Connection driver, PoolConfig config, Timing timing, Suspicion suspicion) {
        this.driver = driver;
        this.timing = timing;
        this.suspicion = suspicion;
        this.limit = config.timeouts().validate();
        this.trustedFor = config.lifetime().validateAfterIdle().toNanos();
        this.lastUsed = timing.nanos();
        this.lastProof = lastUsed;
        this.lastGood = lastUsed;
    }

    /** What has to complete before the connection may be lent, or null if it may be lent at once. */
    @Nullable
    Mono<Void> doubt() {
        Sinks.Empty<Void> running = checkUp;
        return running == null
                ? ownDoubt()
                : running.asMono().then(Mono.defer(() -> {
                    Mono<Void> own = ownDoubt();
                    return own == null ? Mono.empty() : own;
                }));
    }

    private @Nullable Mono<Void> ownDoubt() {
        if (timing.nanos() - lastGood >= trustedFor || suspicion.covers(lastProof)) {
            seasoned = true;
            return proof(ValidationDepth.REMOTE);
        }
        if (driver instanceof Lifecycle || !Boolean.TRUE.equals(isOpen())) {
            return proof(ValidationDepth.LOCAL);
        }
        return null;
    }

    /** Whether the connection that comes back is still open as far as the driver knows at this moment. */
    boolean cameBack() {
        lastUsed = timing.nanos();
        lastGood = lastUsed;
        seasoned = true;
        boolean open = !Boolean.FALSE.equals(isOpen());
        if (!open) {
            suspicion.broke();
        }
        return open;
    }

    /** For how long nobody has used it. */
    long unusedFor(long now) {
        // read first, since it is what shows the other value to this thread
        long silent = silentFor(now);
        return Math.max(silent, now - lastUsed);
    }

    /** For how long it has given no sign of life. */
    long silentFor(long now) {
        return now - lastGood;
    }

    /**
     * Asks the server whether the connection works though nobody wants it, unless somebody has it. Who gets it meanwhile
     * waits for the answer.
     *
     * @param dead hears why it does not work before anybody else does
     */
    void checkUp(BooleanSupplier unused, Consumer<Throwable> dead) {
        if (checkUp != null) {
            return;
        }
        Sinks.Empty<Void> end = Sinks.empty();
        checkUp = end;
        // a borrower counts as such first and looks for a check-up second; here it is the other way round
        if (!unused.getAsBoolean()) {
            checkUp = null;
            end.tryEmitEmpty();
            return;
        }
        seasoned = true;
        answer(ValidationDepth.REMOTE)
                .subscribe(
                        nothing -> {},
                        error -> {
                            dead.accept(error);
                            checkUp = null;
                            end.tryEmitError(error);
                        },
                        () -> {
                            checkUp = null;
                            end.tryEmitEmpty();
                        });
    }

    /** What the driver says at once, or null if it does not. */
    private @Nullable Boolean isOpen() {
        try {
            // a supplier is what answers at once, in Reactor and in drivers that build on it
            return driver.validate(ValidationDepth.LOCAL) instanceof Callable<?> answer
                    ? Boolean.TRUE.equals(answer.call())
                    : null;
        } catch (Exception error) {
            return false;
        }
    }

    private Mono<Void> proof(ValidationDepth depth) {
        return answer(depth)
                .then(Mono.defer(() -> driver instanceof Lifecycle own ? Mono.from(own.postAllocate()) : Mono.empty()));
    }

    private Mono<Void> answer(ValidationDepth depth) {
        return require(depth)
                .timeout(limit, timing.scheduler())
                .then(Mono.<Void>fromRunnable(() -> answered(depth)))
                .onErrorMap(this::reason);
    }

    private void answered(ValidationDepth depth) {
        long now = timing.nanos();
        if (depth == ValidationDepth.REMOTE) {
            lastProof = now;
        }
        lastGood = now;
    }

    /** Fails unless the driver, or the server, says that the connection works. */
    Mono<Void> require(ValidationDepth depth) {
        return Mono.<Boolean>defer(() -> Mono.from(driver.validate(depth)))
                .filter(valid -> valid)
                .switchIfEmpty(Mono.error(() -> new DeadConnectionException("an idle connection was found dead", null)))
                .then();
    }

    private Throwable reason(Throwable error) {
        suspicion.broke();
        if (!seasoned) {
            // not to be replaced in a loop: the database may well do the same to the next one
            return new R2dbcNonTransientResourceException(
                    "A new connection broke before it could be lent. Look into the log of the database.", error);
        }
        if (error instanceof DeadConnectionException) {
            return error;
        }
        return error instanceof TimeoutException
                ? new DeadConnectionException("an idle connection did not answer within " + Text.of(limit), null)
                : new DeadConnectionException("an idle connection could not be validated", error);
    }
}
