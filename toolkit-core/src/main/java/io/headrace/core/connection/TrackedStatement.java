package io.headrace.core.connection;

import io.headrace.core.observe.StatementExecution;
import io.headrace.core.observe.StatementLabel;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * One subscription of a {@link TrackedFlux}. It enters the session's queue when its first rows are asked for and not when
 * it is subscribed: only then is it known whether it will run out by itself or on demand.
 */
final class TrackedStatement<T> extends Entrant implements CoreSubscriber<T>, Subscription {

    private static final Logger LOGGER = LoggerFactory.getLogger(Session.class);

    private static final int ASKED = 1;
    private static final int CANCELLED = 2;
    private static final int SUBSCRIBED = 4;
    private static final int ENDED = 8;

    private final CoreSubscriber<? super T> actual;
    private final TrackedFlux<T> statement;
    private final StatementQueue queue;
    private final AtomicInteger marks = new AtomicInteger();
    private final Operators.DeferredSubscription upstream = new Operators.DeferredSubscription();
    private volatile @Nullable DrainWatch drain;

    TrackedStatement(CoreSubscriber<? super T> actual, TrackedFlux<T> statement) {
        this.actual = actual;
        this.statement = statement;
        this.queue = statement.session().queue();
    }

    @Override
    Level level() {
        return statement.session().level();
    }

    @Override
    StatementLabel label() {
        return statement.label();
    }

    @Override
    void launch() {
        if (statement.session().isObserved()) {
            StatementExecution execution = StatementExecution.in(actual.currentContext());
            if (execution != null) {
                execution.sent();
            }
        }
        Running running = running();
        if (running != null) {
            running.add(this);
        }
        statement.source().subscribe(this);
    }

    private @Nullable Running running() {
        return statement.session().conversation().running();
    }

    boolean onlyReads() {
        return Running.isQuery(statement.text());
    }

    /** Ends it by a cancel of the driver; what surrounds it is ending. */
    void stop() {
        boolean awaited = !isMarked(mark(CANCELLED), CANCELLED | ENDED);
        upstream.cancel();
        end(true);
        if (awaited) {
            actual.onError(new SessionEndedException());
        }
    }

    @Override
    void refuse(Throwable reason) {
        if (!isMarked(mark(ENDED), ENDED | CANCELLED)) {
            actual.onError(reason);
        }
    }

    @Override
    void withdraw(Throwable reason) {
        int before = mark(CANCELLED);
        if (!isMarked(before, CANCELLED | ENDED)) {
            if (isMarked(before, SUBSCRIBED)) {
                drain();
            }
            actual.onError(reason);
        }
    }

    @Override
    public Context currentContext() {
        return actual.currentContext();
    }

    @Override
    public void request(long n) {
        if (!Operators.validate(n)) {
            return;
        }
        upstream.request(n);
        if (!isMarked(marks.get(), ASKED) && !isMarked(mark(ASKED), ASKED)) {
            Throwable refusal = queue.enter(this, n != Long.MAX_VALUE);
            if (refusal != null) {
                refuse(refusal);
            }
        } else if (n == Long.MAX_VALUE) {
            queue.runsOut(this);
        }
    }

    @Override
    public void cancel() {
        if (isMarked(marks.get(), ENDED)) {
            return;
        }
        int before = mark(CANCELLED);
        // Between its launch and the driver's answer to it there is nothing yet that could be cancelled: see
        // onSubscribe.
        if (!isMarked(before, CANCELLED) && queue.cancel(this) && isMarked(before, SUBSCRIBED)) {
            drain();
        }
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        upstream.set(subscription);
        if (isMarked(mark(SUBSCRIBED), CANCELLED)) {
            drain();
        }
    }

    private void drain() {
        Session session = statement.session();
        if (session.isObserved()) {
            drain = DrainWatch.of(session, actual.currentContext());
        }
        statement.cancelled(upstream, () -> end(false));
    }

    @Override
    public void onNext(T element) {
        if (isMarked(marks.get(), CANCELLED)) {
            Operators.onDiscard(element, actual.currentContext());
        } else {
            actual.onNext(element);
        }
    }

    @Override
    public void onError(Throwable error) {
        end(true);
        if (isMarked(marks.get(), CANCELLED)) {
            LOGGER.debug("A cancelled statement ended with an error, as expected of a stopped one", error);
        } else {
            statement.trace(error);
            actual.onError(error);
        }
    }

    @Override
    public void onComplete() {
        end(false);
        if (!isMarked(marks.get(), CANCELLED)) {
            actual.onComplete();
        }
    }

    private void end(boolean erred) {
        if (isMarked(mark(ENDED), ENDED)) {
            return;
        }
        Running running = running();
        if (running != null) {
            running.remove(this);
        }
        DrainWatch watch = drain;
        if (watch != null) {
            watch.ended();
        }
        queue.ended(this, erred);
    }

    private int mark(int bit) {
        return marks.getAndUpdate(bits -> bits | bit);
    }

    private static boolean isMarked(int bits, int any) {
        return (bits & any) != 0;
    }
}
