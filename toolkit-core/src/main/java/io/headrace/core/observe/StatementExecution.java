package io.headrace.core.observe;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * One execution of an observed statement. Travels in the context from the statement's outermost operator to the session
 * that sends it.
 */
public final class StatementExecution {

    private static final Logger LOGGER = LoggerFactory.getLogger(StatementListener.class);

    private final StatementStart start;
    private final Scheduler clock;
    private final StatementObserver[] observers;
    private final long startedAt;
    private final AtomicBoolean sent = new AtomicBoolean();
    private final AtomicReference<@Nullable StatementOutcome> outcome = new AtomicReference<>();
    private final AtomicBoolean drained = new AtomicBoolean();
    private volatile @Nullable Duration wait;
    private volatile @Nullable Duration toFirstRow;

    StatementExecution(StatementStart start, Scheduler clock, StatementObserver[] observers) {
        this.start = start;
        this.clock = clock;
        this.observers = observers;
        this.startedAt = clock.now(TimeUnit.NANOSECONDS);
    }

    /** The execution whose statement this is the context of; null where nobody observes it. */
    public static @Nullable StatementExecution in(ContextView context) {
        return context.getOrDefault(StatementExecution.class, null);
    }

    /** The statement, or the first of those that it is made of, is given to the driver now. */
    public void sent() {
        if (sent.compareAndSet(false, true)) {
            Duration waited = elapsed();
            wait = waited;
            tell(observer -> observer.sent(waited));
        }
    }

    /** What was in flight when it was cancelled is over now; the first call counts. */
    public void drained(Duration took, boolean stopped) {
        // The toolkit cancels too, as first() does behind its row; nobody else has cancelled such a statement.
        if (outcome.get() == StatementOutcome.CANCELLED && drained.compareAndSet(false, true)) {
            tell(observer -> observer.drained(took, stopped));
        }
    }

    Context contextWrite(Context context) {
        Context written = context;
        for (StatementObserver observer : observers) {
            try {
                written = observer.contextWrite(written);
            } catch (RuntimeException | LinkageError error) {
                ignored(observer, error);
            }
        }
        return written.put(StatementExecution.class, this);
    }

    void firstRow() {
        Duration sinceStart = elapsed();
        toFirstRow = sinceStart;
        tell(observer -> observer.firstRow(sinceStart));
    }

    void ended(StatementOutcome how, long rows, @Nullable Throwable error) {
        if (outcome.compareAndSet(null, how)) {
            StatementEnd end = new StatementEnd(start, how, rows, wait, toFirstRow, elapsed(), error);
            tell(observer -> observer.ended(end));
        }
    }

    private Duration elapsed() {
        return Duration.ofNanos(clock.now(TimeUnit.NANOSECONDS) - startedAt);
    }

    private void tell(Consumer<StatementObserver> message) {
        for (StatementObserver observer : observers) {
            try {
                message.accept(observer);
            } catch (RuntimeException | LinkageError error) {
                ignored(observer, error);
            }
        }
    }

    static void ignored(Object listener, Throwable error) {
        LOGGER.warn(
                "Statement listener {} failed; the statement goes on",
                listener.getClass().getName(),
                error);
    }
}
