package io.headrace.tx;

import io.headrace.core.connection.Session;
import io.headrace.core.connection.Sessions;
import io.headrace.core.connection.TransactionScope;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;
import reactor.util.retry.Retry;

/** The attempts at one transaction for one subscriber, one after the other, within one time limit. */
final class Tries {

    private final Sessions sessions;
    private final TransactionOptions options;
    private final @Nullable Session outer;
    private final ContextView context;
    private final @Nullable RetryConfig retry;
    private final @Nullable Duration limit;
    private final long startedAt;

    /** The attempt that is under way; the signals between one attempt and the next order what happens to it. */
    private volatile @Nullable TransactionWork current;

    private volatile boolean emitted;

    Tries(Sessions sessions, TransactionOptions options, @Nullable Session outer, ContextView context) {
        this.sessions = sessions;
        this.options = options;
        this.outer = outer;
        this.context = context;
        this.retry = options.ends().retry();
        this.limit = options.mode().timeout();
        this.startedAt = limit == null ? 0 : now();
    }

    /** @param run one attempt, by its work and the scope that it runs in */
    <T> Mono<T> mono(Function<TransactionWork, Mono<T>> run) {
        if (isPlain()) {
            return run.apply(next());
        }
        Mono<T> attempt = Mono.defer(() -> {
            TransactionWork work = next();
            return Mono.fromDirect(watched(work, run.apply(work).flux()));
        });
        return retry == null ? attempt : attempt.retryWhen(policy(retry));
    }

    <T> Flux<T> flux(Function<TransactionWork, Flux<T>> run) {
        if (isPlain()) {
            return run.apply(next());
        }
        Flux<T> attempt = Flux.defer(() -> {
            TransactionWork work = next();
            return watched(work, run.apply(work));
        });
        return retry == null
                ? attempt
                : attempt.doOnNext(element -> emitted = true).retryWhen(policy(retry));
    }

    /** Nothing to add to the transaction itself. */
    private boolean isPlain() {
        return retry == null
                && limit == null
                && outer == null
                && options.signals().listeners().isEmpty();
    }

    private TransactionWork next() {
        TransactionWork last = current;
        int number = last == null ? 1 : last.attempt() + 1;
        TransactionWork work =
                new TransactionWork(sessions, options, outer, options.isReadOnly(sessions, context), number, context);
        current = work;
        return work;
    }

    TransactionScope scope(TransactionWork work) {
        return TransactionScope.of(sessions, options.mode()).guidedBy(work).interruptedBy(deadline(work));
    }

    private Mono<? extends Throwable> deadline(TransactionWork work) {
        Duration timeout = limit;
        return timeout == null
                ? Mono.never()
                : Mono.delay(left(timeout), sessions.timer()).map(tick -> work.timeout(timeout));
    }

    private Duration left(Duration timeout) {
        return timeout.minusNanos(now() - startedAt);
    }

    private <T> Flux<T> watched(TransactionWork work, Flux<T> attempt) {
        Duration timeout = limit;
        Flux<T> noted = timeout == null
                ? attempt
                : attempt.doOnError(error -> work.noteServerLimit(error, timeout, left(timeout)));
        return work.watched(noted);
    }

    private Retry policy(RetryConfig config) {
        return Retry.from(failures -> failures.concatMap(signal -> afterFailure(config, signal.failure()), 1));
    }

    /** Gives one element when the next attempt is due, or else the error. */
    private Mono<Long> afterFailure(RetryConfig config, Throwable error) {
        TransactionWork work = current;
        if (work == null || work.isGivenUp(error) || !config.retries(error)) {
            return Mono.error(error);
        }
        int attempt = work.attempt();
        Duration pause = config.pauseAfter(attempt, options.ends().random().getAsDouble());
        String obstacle = obstacle(config, attempt, pause);
        if (obstacle == null) {
            return Mono.delay(pause, sessions.timer());
        }
        if (outer != null && outer.guide() instanceof Work around) {
            around.transaction().giveUp(error);
        }
        TransactionNote.add(error, options + ": " + obstacle);
        return Mono.error(error);
    }

    private @Nullable String obstacle(RetryConfig config, int attempt, Duration pause) {
        if (emitted) {
            return "not run again after attempt " + attempt + ", because elements had been passed on before the commit;"
                    + " TransactionOptions.holdUntilCommit holds them back";
        }
        if (attempt >= config.attempts()) {
            return "given up after " + attempt + (attempt == 1 ? " attempt" : " attempts");
        }
        Duration timeout = limit;
        return timeout != null && left(timeout).compareTo(pause) <= 0
                ? "given up after attempt " + attempt + ", because nothing was left of the timeout of "
                        + timeout.toMillis() + " ms"
                : null;
    }

    private long now() {
        return sessions.timer().now(TimeUnit.NANOSECONDS);
    }
}
