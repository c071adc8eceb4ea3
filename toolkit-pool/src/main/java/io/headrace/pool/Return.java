package io.headrace.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.pool.PooledRef;

/**
 * One loan, and as a publisher its end: gives the connection back, once, however often and by whomever it is subscribed to.
 * Nobody's cancel stops it, and all see the same end.
 *
 * <p>It must not know the {@link LentConnection}: the pool knows the loan, and a handle that the pool can reach is never
 * found to be lost.
 */
final class Return extends Mono<Void> {

    private static final VarHandle PROGRESS;

    static {
        try {
            PROGRESS = MethodHandles.lookup().findVarHandle(Return.class, "progress", Object.class);
        } catch (ReflectiveOperationException error) {
            throw new ExceptionInInitializerError(error);
        }
    }

    private static final Object STARTED = new Object();
    private static final Object DONE = new Object();

    /** The pool has ended it, and nobody waits for that. */
    private static final Object TAKEN = new Object();

    private final PooledRef<HeldConnection> ref;
    private final LoanBook book;
    private final long since;
    private final @Nullable String holder;
    private final @Nullable LeakTrace trace;

    /**
     * Null, {@link #STARTED}, the {@link Sinks.Empty} of those who wait for the end, {@link #DONE} or {@link #TAKEN}.
     */
    private volatile @Nullable Object progress;

    /** Whether the borrower said that nobody else may have the connection. */
    private volatile boolean unclean;

    /**
     * @param since by the pool's clock
     * @param holder the borrower's name for itself, if it has one
     * @param trace where leaks are looked for
     */
    Return(
            PooledRef<HeldConnection> ref,
            LoanBook book,
            long since,
            @Nullable String holder,
            @Nullable LeakTrace trace) {
        this.ref = ref;
        this.book = book;
        this.since = since;
        this.holder = holder;
        this.trace = trace;
    }

    LoanBook book() {
        return book;
    }

    long since() {
        return since;
    }

    @Nullable
    String holder() {
        return holder;
    }

    @Nullable
    LeakTrace trace() {
        return trace;
    }

    /** The same, with a connection that is not to be lent again. */
    Mono<Void> unclean() {
        return Mono.defer(() -> {
            unclean = true;
            return this;
        });
    }

    HeldConnection held() {
        return ref.poolable();
    }

    boolean hasStarted() {
        return progress != null;
    }

    boolean wasTaken() {
        return progress == TAKEN;
    }

    /** Ends the loan without its borrower; false if the borrower was faster. */
    boolean take() {
        if (!PROGRESS.compareAndSet(this, null, TAKEN)) {
            return false;
        }
        book.ended(this);
        held().lentToNobody();
        held().takeAway(ref);
        return true;
    }

    @Override
    public void subscribe(CoreSubscriber<? super Void> actual) {
        if (!PROGRESS.compareAndSet(this, null, STARTED)) {
            join(actual);
            return;
        }
        book.ended(this);
        if (unclean) {
            unclean(null);
            Operators.complete(actual);
        } else if (held().isKnownClean()) {
            held().lentToNobody();
            try {
                held().giveBack(ref);
            } finally {
                done();
                Operators.complete(actual);
            }
        } else {
            join(actual);
            held().cleanUp().contextWrite(actual.currentContext()).subscribe(nothing -> {}, this::unclean, this::clean);
        }
    }

    private void clean() {
        held().lentToNobody();
        try {
            held().giveBack(ref);
        } finally {
            done();
        }
    }

    private void unclean(@Nullable Throwable reason) {
        held().lentToNobody();
        try {
            held().discard(ref, CloseCause.UNCLEAN, reason);
        } finally {
            done();
        }
    }

    private void done() {
        if (PROGRESS.getAndSet(this, DONE) instanceof Sinks.Empty<?> waiting) {
            waiting.tryEmitEmpty();
        }
    }

    @SuppressWarnings("unchecked") // a sink there was put there below
    private void join(CoreSubscriber<? super Void> actual) {
        Sinks.Empty<Void> fresh = Sinks.empty();
        Object now = PROGRESS.compareAndExchange(this, STARTED, fresh);
        if (now == STARTED) {
            fresh.asMono().subscribe(actual);
        } else if (now instanceof Sinks.Empty<?> waiting) {
            ((Sinks.Empty<Void>) waiting).asMono().subscribe(actual);
        } else {
            Operators.complete(actual);
        }
    }
}
