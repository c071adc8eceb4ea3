package io.headrace.tx;

import io.headrace.core.connection.TransactionOutcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** One attempt at a transaction and those who follow it. */
final class TransactionExecution {

    private static final Logger LOGGER = LoggerFactory.getLogger(TransactionListener.class);

    private final TransactionStart start;
    private final Scheduler clock;
    private final long startedAt;
    private final List<TransactionObserver> observers;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile @Nullable Duration waited;

    TransactionExecution(
            List<TransactionListener> listeners, TransactionStart start, ContextView context, Scheduler clock) {
        this.start = start;
        this.clock = clock;
        this.startedAt = clock.now(TimeUnit.NANOSECONDS);
        this.observers = listeners.stream()
                .map(listener -> observer(listener, start, context))
                .toList();
    }

    private static TransactionObserver observer(
            TransactionListener listener, TransactionStart start, ContextView context) {
        try {
            return listener.started(start, context);
        } catch (RuntimeException | LinkageError error) {
            LOGGER.warn("A transaction listener failed: {}", listener, error);
            return TransactionObserver.NONE;
        }
    }

    Context contextWrite(Context context) {
        Context written = context;
        for (TransactionObserver observer : observers) {
            try {
                written = observer.contextWrite(written);
            } catch (RuntimeException | LinkageError error) {
                LOGGER.warn("A transaction observer failed: {}", observer, error);
            }
        }
        return written;
    }

    void begun() {
        Duration wait = elapsed();
        waited = wait;
        tell(observer -> observer.begun(wait));
    }

    /** The attempt, of which an end before it has begun is told as well. */
    <T> Flux<T> watched(Flux<T> attempt) {
        return attempt.doOnError(this::endedBeforeBegin).doOnCancel(() -> endedBeforeBegin(null));
    }

    private void endedBeforeBegin(@Nullable Throwable error) {
        if (waited == null) {
            ended(TransactionOutcome.ROLLED_BACK, error);
        }
    }

    void ended(TransactionOutcome outcome, @Nullable Throwable error) {
        if (over.compareAndSet(false, true)) {
            TransactionEnd end = new TransactionEnd(start, outcome, waited, elapsed(), error);
            tell(observer -> observer.ended(end));
        }
    }

    private Duration elapsed() {
        return Duration.ofNanos(clock.now(TimeUnit.NANOSECONDS) - startedAt);
    }

    private void tell(Consumer<TransactionObserver> signal) {
        for (TransactionObserver observer : observers) {
            try {
                signal.accept(observer);
            } catch (RuntimeException | LinkageError error) {
                LOGGER.warn("A transaction observer failed: {}", observer, error);
            }
        }
    }
}
