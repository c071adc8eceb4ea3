package io.headrace.pool;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r2dbc.spi.Connection;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.pool.PoolAcquirePendingLimitException;
import reactor.pool.PoolShutdownException;
import reactor.pool.PooledRef;
import reactor.util.context.Context;

/**
 * One caller that wants one connection, from its first request to its one answer.
 *
 * <p><b>One decision.</b> A connection, an error of the pool below, the deadline, a close of the pool and the caller's
 * cancel may come at the same time from different threads. {@link #decide()} lets exactly one of them win. A connection
 * that loses goes back to the pool at once; nothing else has anything to clean up. What the caller does with a connection
 * that it was given while it cancelled is its own affair, as with every publisher.
 *
 * <p><b>Attempts.</b> An idle connection may turn out to be dead, and a new one may not open for a reason that passes. Then
 * the next one is tried, within the same deadline.
 *
 * <p><b>Suspension.</b> One that comes while the pool is suspended, or that is given a connection then, is parked: it waits
 * for its deadline with the others and asks the pool below when the suspension ends.
 *
 * <p><b>Waiting.</b> One that gets its connection within its own call into the pool below never joins the
 * {@link Waiters}.
 */
final class Acquisition extends Attendance
        implements Subscription, CoreSubscriber<PooledRef<HeldConnection>>, Runnable {

    /** In the context of a caller who would rather hear of a failed connect than wait for the next. */
    static final Object HAS_OTHERS_TO_ASK = new Object();

    private static final VarHandle DOUBTED;

    static {
        try {
            DOUBTED = MethodHandles.lookup().findVarHandle(Acquisition.class, "doubted", PooledRef.class);
        } catch (ReflectiveOperationException error) {
            throw new ExceptionInInitializerError(error);
        }
    }

    private final CoreSubscriber<? super Connection> caller;

    /** Where the program asked, if anybody wants to know. */
    private final @Nullable String callSite;

    private long asked = LoanBook.UNTIMED;

    private volatile @Nullable Subscription borrowing;

    /** The connection that was found for it; handed from thread to thread together with this object. */
    private @Nullable PooledRef<HeldConnection> found;

    /** The same while it is being validated. Whoever takes it out decides what becomes of it. */
    private volatile @Nullable PooledRef<HeldConnection> doubted;

    /** The thread in {@link #request}, which compares with itself only. */
    private @Nullable Thread asking;

    /** Why the last connection was dropped; written and read by one attempt after the other. */
    private volatile @Nullable DeadConnectionException lastDead;

    Acquisition(Lender lender, CoreSubscriber<? super Connection> caller, @Nullable String callSite) {
        super(lender);
        this.caller = caller;
        this.callSite = callSite;
    }

    @Override
    public void request(long n) {
        if (!Operators.validate(n) || (set(STARTED) & STARTED) != 0) {
            return;
        }
        if (!lender.gate().enter()) {
            if (decide()) {
                caller.onError(new PoolClosedException(lender.name(), null));
            }
            return;
        }
        boolean here = false;
        asked = lender.loans().time();
        boolean wanted = ((int) STAGE.getAndAdd(this, ENTERED + CALL) & DECIDED) == 0;
        if (wanted && lender.gate().isHolding()) {
            queueUp();
        } else if (wanted) {
            asking = Thread.currentThread();
            try {
                lender.borrowing().subscribe(this);
            } finally {
                here = asking == null;
                asking = null;
            }
        }
        callEnded();
        if (here) {
            requireNonNull(found).poolable().handover().at(this);
        }
        if (!isDecided()) {
            lender.waiters().add(this);
            if (!lender.gate().isOpen()) {
                // the close may have told the others before this one was among them
                poolClosed();
            } else if (!lender.gate().isHolding()) {
                // and so may the end of a suspension
                poolResumed();
            }
        }
    }

    /** Waits for the end of a suspension if there is room to. */
    private void queueUp() {
        park();
        if (lender.isOverfull() && leavePark()) {
            refuse(null);
        }
    }

    private void park() {
        if (enterPark() && !lender.gate().isHolding()) {
            // whoever ended the suspension may have looked before
            poolResumed();
        }
    }

    @Override
    void poolResumed() {
        if (leavePark()) {
            tryNext();
        }
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        borrowing = subscription;
        if (isDecided()) {
            subscription.cancel();
        } else {
            subscription.request(Long.MAX_VALUE);
        }
    }

    @Override
    public void onNext(PooledRef<HeldConnection> ref) {
        borrowing = null;
        // lent first and decided later, so that a close which this caller outruns finds the connection lent
        ref.poolable().loanBegun();
        found = ref;
        if (asking == Thread.currentThread()) {
            asking = null;
        } else {
            ref.poolable().handover().to(this);
        }
    }

    @Override
    public void onComplete() {}

    /** On the connection's event loop. */
    @Override
    public void run() {
        requireNonNull(found).poolable().handover().arrived();
        receive();
    }

    /** Takes what was {@link #found}. */
    void receive() {
        PooledRef<HeldConnection> ref = requireNonNull(found);
        found = null;
        if (isDecided()) {
            ref.poolable().putBack(ref);
            return;
        }
        if (lender.gate().isSuspended()) {
            ref.poolable().putBack(ref);
            park();
            return;
        }
        Mono<Void> doubt = ref.poolable().doubt();
        if (doubt == null) {
            hand(ref);
            return;
        }
        doubted = ref;
        if (isDecided()) {
            dropDoubted(null);
            return;
        }
        doubt.contextWrite(caller.currentContext()).subscribe(nothing -> {}, this::unproven, this::proven);
    }

    private void proven() {
        PooledRef<HeldConnection> ref = takeDoubted();
        if (ref != null) {
            hand(ref);
        }
    }

    private void unproven(Throwable reason) {
        if (dropDoubted(reason)) {
            onError(reason);
        }
    }

    private void hand(PooledRef<HeldConnection> ref) {
        if (lender.gate().isSuspended()) {
            ref.poolable().putBack(ref);
            park();
        } else if (decide()) {
            leave();
            caller.onNext(lender.loans().begin(ref, caller.currentContext(), asked, callSite));
            caller.onComplete();
        } else {
            ref.poolable().putBack(ref);
        }
    }

    @Override
    public void onError(Throwable reason) {
        if (reason instanceof DeadConnectionException dead) {
            lastDead = dead;
            tryNext();
        } else if (reason instanceof ConnectFailedException failure) {
            if (caller.currentContext().hasKey(HAS_OTHERS_TO_ASK)) {
                fail(failure.reason());
            } else {
                // there is no new one before the database answers again, so this waits for that or for one that comes
                // back
                tryNext();
            }
        } else if (reason instanceof PoolAcquirePendingLimitException) {
            refuse(reason);
        } else if (reason instanceof PoolShutdownException) {
            fail(new PoolClosedException(lender.name(), reason));
        } else {
            fail(reason);
        }
    }

    private void refuse(@Nullable Throwable reason) {
        PoolSnapshot snapshot = lender.snapshot();
        if (fail(new PoolExhaustedException(snapshot, lender.trouble(), reason))) {
            lender.signals().refused(snapshot);
        }
    }

    private void tryNext() {
        if (!lender.gate().isOpen()) {
            poolClosed();
            return;
        }
        int before = (int) STAGE.getAndAdd(this, CALL);
        if ((before & LEFT) != 0 && before < CALL) {
            // it left for good, and must not leave again
            STAGE.getAndAdd(this, -CALL);
            return;
        }
        if ((before & DECIDED) == 0) {
            lender.borrowing().subscribe(this);
        }
        callEnded();
    }

    @Override
    public Context currentContext() {
        return caller.currentContext();
    }

    @Override
    public void cancel() {
        if (decide()) {
            end();
        }
    }

    @Override
    void poolClosed() {
        fail(new PoolClosedException(lender.name(), null));
    }

    @Override
    void deadlinePassed() {
        // read before this waiter leaves the queue, so that the message counts it
        PoolSnapshot snapshot = lender.snapshot();
        if (fail(new PoolAcquireTimeoutException(lender.patience(), snapshot, lender.trouble(), lastDead))) {
            lender.signals().timedOut(snapshot);
        }
    }

    @CanIgnoreReturnValue
    private boolean fail(Throwable reason) {
        if (!decide()) {
            return false;
        }
        end();
        caller.onError(reason);
        return true;
    }

    /** Without a connection: takes the waiter out of the pool below first. */
    private void end() {
        Subscription waiting = borrowing;
        if (waiting != null) {
            waiting.cancel();
        }
        dropDoubted(null);
        leavePark();
        leave();
        lender.left();
    }

    /** A connection whose validation nobody waits for is in an unknown state. */
    @CanIgnoreReturnValue
    private boolean dropDoubted(@Nullable Throwable reason) {
        PooledRef<HeldConnection> ref = takeDoubted();
        if (ref == null) {
            return false;
        }
        ref.poolable().discard(ref, reason == null ? CloseCause.ABANDONED : CloseCause.BROKEN, reason);
        return true;
    }

    @SuppressWarnings("unchecked") // the type of the field
    private @Nullable PooledRef<HeldConnection> takeDoubted() {
        return doubted == null ? null : (PooledRef<HeldConnection>) DOUBTED.getAndSet(this, null);
    }
}
