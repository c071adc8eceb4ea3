package io.headrace.pool;

import io.headrace.pool.PoolConfig.Sizing;
import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.pool.InstrumentedPool.PoolMetrics;
import reactor.pool.PooledRef;

/** What every acquisition of one pool shares. As a publisher it lends one connection to each subscriber. */
final class Lender extends Mono<Connection> {

    private final String name;
    private final Capacity capacity;
    private final ConnectBackOff backOff;
    private final Duration patience;
    private final Signals signals;
    private final LoanBook loans;
    private final Gate gate = new Gate();
    private final Waiters waiters;

    /** Callers that wait for the end of a suspension, and are unknown to the pool below. */
    private final AtomicInteger parked = new AtomicInteger();

    private final PoolMetrics numbers;
    private final Mono<PooledRef<HeldConnection>> borrowing;

    Lender(
            String name,
            PoolConfig config,
            Timing timing,
            Signals signals,
            LoanBook loans,
            InnerPool connections,
            ConnectBackOff backOff) {
        this.signals = signals;
        this.loans = loans;
        this.name = name;
        this.capacity = connections.capacity();
        this.backOff = backOff;
        this.patience = config.timeouts().acquire();
        this.waiters = new Waiters(timing, patience);
        this.numbers = connections.numbers();
        this.borrowing = connections.acquire();
    }

    @Override
    public void subscribe(CoreSubscriber<? super Connection> caller) {
        caller.onSubscribe(new Acquisition(this, caller, null));
    }

    /** The same to somebody who asks at this place of the program. */
    Mono<Connection> lending() {
        return loans.isWatching() ? new Traced(this, loans.callSite()) : this;
    }

    String name() {
        return name;
    }

    Duration patience() {
        return patience;
    }

    Signals signals() {
        return signals;
    }

    LoanBook loans() {
        return loans;
    }

    Gate gate() {
        return gate;
    }

    Waiters waiters() {
        return waiters;
    }

    /** Asks the pool below, once for each subscription. */
    Mono<PooledRef<HeldConnection>> borrowing() {
        return borrowing;
    }

    /** Hands nothing out until {@link #resume()}. */
    void suspend() {
        if (gate.suspend()) {
            signals.suspended();
        }
    }

    /** Hands connections out again: first to those who wait, in the order in which they came. */
    void resume() {
        if (!gate.resume()) {
            return;
        }
        signals.resumed();
        waiters.poolResumed();
        gate.endHolding();
        // those who came while the others were told
        waiters.poolResumed();
    }

    /** One who waited has left without a connection. */
    void left() {
        backOff.left();
    }

    /** One more who waits for the end of a suspension. */
    void parked() {
        parked.incrementAndGet();
    }

    void unparked() {
        parked.decrementAndGet();
    }

    /** Whether more callers wait than may wait. */
    boolean isOverfull() {
        return waiting() > capacity.sizing().maxWaiting();
    }

    private int waiting() {
        return parked.get() + numbers.pendingAcquireSize();
    }

    /** Refuses everybody from now on, fails all who wait, and completes when nobody uses the pool below to acquire. */
    Mono<Void> close() {
        return Mono.defer(() -> {
            gate.shut();
            waiters.poolClosed();
            return gate.quiet();
        });
    }

    /** Why the last connect failed, or null while connects succeed. */
    @Nullable
    Throwable trouble() {
        return backOff.trouble();
    }

    /** The error of one whose deadline passed. */
    <T> Mono<T> late() {
        return Mono.error(() -> new PoolAcquireTimeoutException(patience, snapshot(), trouble(), null));
    }

    PoolSnapshot snapshot() {
        Return longest = loans.longest();
        Sizing sizing = capacity.sizing();
        return new PoolSnapshot(
                name,
                gate.isOpen(),
                gate.isSuspended(),
                numbers.allocatedSize(),
                numbers.acquiredSize(),
                numbers.idleSize(),
                waiting(),
                sizing.size(),
                sizing.overflow(),
                sizing.maxWaiting(),
                longest == null ? null : loans.heldFor(longest),
                longest == null ? null : LoanBook.placeOf(longest));
    }

    /** Lends to whoever subscribes to what was made at one place of the program. */
    private static final class Traced extends Mono<Connection> {

        private final Lender lender;
        private final @Nullable String callSite;

        Traced(Lender lender, @Nullable String callSite) {
            this.lender = lender;
            this.callSite = callSite;
        }

        @Override
        public void subscribe(CoreSubscriber<? super Connection> caller) {
            // libraries often make it where the program is not on the stack, but for a subscription of the program's
            String place = callSite == null ? lender.loans().callSite() : callSite;
            caller.onSubscribe(new Acquisition(lender, caller, place));
        }
    }
}
