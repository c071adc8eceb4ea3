package io.headrace.core.connection;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The statements of one connection: who may start, who waits for a place, which savepoint is open, and when the
 * connection is quiet. The only place where any of this changes; everything is guarded by {@code this}, and nobody is
 * called under the lock.
 */
final class StatementQueue {

    /** More would gain nothing: two or three travel with a statement. */
    private static final int AHEADS_AT_ONCE = 16;

    private final int places;
    private final int waitingLimit;
    private final boolean answersInOrder;

    private Level current;
    private final Awaiting awaiting = new Awaiting();

    /** All that the driver has: statements, what is sent ahead of them, and stop requests. */
    private int inDriver;

    private int statements;
    private int aheads;
    private int stops;
    private int waiting;

    /** Whether somebody is handing an entrant to the driver. One at a time, so that they arrive in order. */
    private boolean launching;

    /** Whether BEGIN is unanswered. Until then only one statement is sent: should BEGIN fail, it has no transaction. */
    private boolean beginning;

    private boolean travelled;
    private boolean abandoned;

    /** What was launched while something ahead of it was unanswered. */
    private List<Entrant> behindAheads = List.of();

    /** The statement that goes on only as its subscriber asks: whatever is started behind it may wait for ever. */
    private @Nullable Entrant open;

    /** @param answersInOrder whether a statement may be sent before the one ahead of it is answered */
    StatementQueue(Level root, int places, int waitingLimit, boolean answersInOrder) {
        this.current = root;
        this.places = places;
        this.waitingLimit = waitingLimit;
        this.answersInOrder = answersInOrder;
    }

    /**
     * Takes an entrant whose first rows have been asked for, and launches it now or later.
     *
     * @param onDemand whether only some of its rows were asked for
     * @return why it is not taken; null where it is, or where it was cancelled before
     */
    @Nullable
    Throwable enter(Entrant entrant, boolean onDemand) {
        synchronized (this) {
            if (entrant.phase != Entrant.Phase.NEW) {
                return null;
            }
            Level level = entrant.level();
            boolean mustWait = launching || current != level || level.hasWaiting() || !hasPlace();
            Throwable refusal = refusalOf(entrant, mustWait);
            if (refusal != null) {
                entrant.phase = Entrant.Phase.OVER;
                return refusal;
            }
            if (onDemand) {
                open = entrant;
            }
            if (mustWait) {
                entrant.phase = Entrant.Phase.WAITING;
                level.add(entrant);
                waiting++;
                return null;
            }
            launching = true;
            take(entrant);
        }
        launchFrom(entrant);
        return null;
    }

    private @Nullable Throwable refusalOf(Entrant entrant, boolean mustWait) {
        Throwable failure = entrant.level().failureAround();
        if (failure != null) {
            return failure;
        }
        if (entrant.level().sealed) {
            return new SessionEndedException();
        }
        if (open != null) {
            return Refusals.behindOpenStream(entrant, open);
        }
        return mustWait && waiting >= waitingLimit
                ? Refusals.tooMany(entrant, statements, places, waiting, waitingLimit)
                : null;
    }

    private boolean hasPlace() {
        return statements < places
                && (answersInOrder ? aheads < AHEADS_AT_ONCE && !(beginning && travelled) : aheads == 0);
    }

    private void take(Entrant entrant) {
        entrant.phase = Entrant.Phase.IN_DRIVER;
        Level opened = entrant.opens();
        if (opened != null) {
            current = opened;
            return;
        }
        entrant.level().inDriver++;
        statements++;
        inDriver++;
        travelled = true;
        if (aheads > 0) {
            if (behindAheads.isEmpty()) {
                behindAheads = new ArrayList<>();
            }
            behindAheads.add(entrant);
        }
    }

    /** A loop and not recursion, for each of thousands may end before its launch has returned. */
    private void launchFrom(@Nullable Entrant first) {
        for (Entrant next = first; next != null; next = nextToLaunch(true)) {
            next.launch();
        }
    }

    /** @param launcher whether the caller is the one who is launching */
    private synchronized @Nullable Entrant nextToLaunch(boolean launcher) {
        if (launching && !launcher) {
            return null;
        }
        Entrant next = current.first();
        launching = next != null && hasPlace();
        if (next == null || !launching) {
            return null;
        }
        removeWaiting(next);
        take(next);
        return next;
    }

    /** The rest of its rows has been asked for: it will end by itself. */
    synchronized void runsOut(Entrant entrant) {
        if (open == entrant) {
            open = null;
        }
    }

    /**
     * Its subscriber has gone.
     *
     * @return whether the driver has it and must be told
     */
    boolean cancel(Entrant entrant) {
        synchronized (this) {
            runsOut(entrant);
            if (entrant.phase == Entrant.Phase.IN_DRIVER) {
                return true;
            }
            removeWaiting(entrant);
            entrant.phase = Entrant.Phase.OVER;
        }
        tell();
        return false;
    }

    private void removeWaiting(Entrant entrant) {
        if (entrant.level().remove(entrant)) {
            waiting--;
        }
    }

    /** The driver has ended with a statement. */
    void ended(Entrant statement, boolean erred) {
        synchronized (this) {
            runsOut(statement);
            statement.phase = Entrant.Phase.OVER;
            Level level = statement.level();
            level.inDriver--;
            level.hasErred |= erred;
            statements--;
            inDriver--;
            if (!behindAheads.isEmpty()) {
                behindAheads.remove(statement);
            }
        }
        proceed();
    }

    /** Counts something as sent ahead; {@link #answered} ends it. */
    synchronized void join() {
        inDriver++;
        aheads++;
    }

    /** Begins the time in which BEGIN is unanswered. */
    synchronized void begin() {
        beginning = true;
    }

    /** @param dependent what can't go on where there is an error */
    void answered(@Nullable Level dependent, @Nullable Throwable error) {
        List<Entrant> withdrawn = List.of();
        List<Entrant> refused = List.of();
        synchronized (this) {
            inDriver--;
            aheads--;
            // BEGIN is the first that is sent, and answers come in order.
            beginning = false;
            if (error != null && dependent != null) {
                withdrawn = behindAheads.stream()
                        .filter(entrant -> entrant.level().isWithin(dependent))
                        .toList();
                // In the same moment: who came between would be sent as if nothing had happened.
                refused = failed(dependent, error);
            }
            if (aheads == 0) {
                behindAheads = List.of();
            }
        }
        if (error != null) {
            refused.forEach(entrant -> entrant.refuse(error));
            withdrawn.forEach(entrant -> entrant.withdraw(error));
        }
        proceed();
    }

    /**
     * Counts a stop request as in flight, where there is a statement to stop and no request is on its way already;
     * {@link #leave} ends it.
     */
    synchronized boolean joinIfBusy() {
        return joinToStop(statements > 0);
    }

    /** The same where nothing is in flight but statements of this level, so that the request can hit no other. */
    synchronized boolean joinIfAlone(Level level) {
        return joinToStop(level.inDriver > 0 && level.inDriver == inDriver);
    }

    private boolean joinToStop(boolean wanted) {
        if (!wanted || stops > 0) {
            return false;
        }
        inDriver++;
        stops++;
        return true;
    }

    void leave() {
        synchronized (this) {
            inDriver--;
            stops--;
        }
        proceed();
    }

    private void proceed() {
        launchFrom(nextToLaunch(false));
        tell();
    }

    /**
     * Ends the time in which statements of this level and of those within it may be started: what comes later belongs to a
     * subscriber who has not yet heard of the end, and would otherwise run behind the rollback, outside the transaction
     * that it was written for.
     */
    void seal(Level level) {
        List<Entrant> refused;
        synchronized (this) {
            level.sealed = true;
            for (Level inner = current; inner != null && inner.isWithin(level); inner = inner.outer) {
                inner.sealed = true;
            }
            refused = removeWaitingWithin(level);
        }
        refused.forEach(entrant -> entrant.refuse(new SessionEndedException()));
        tell();
    }

    private List<Entrant> removeWaitingWithin(Level outermost) {
        List<Entrant> removed = new ArrayList<>();
        for (Level level = current; level != null && level.isWithin(outermost); level = level.outer) {
            removed.addAll(level.removeAll());
        }
        waiting -= removed.size();
        for (Entrant entrant : removed) {
            entrant.phase = Entrant.Phase.OVER;
            runsOut(entrant);
        }
        return removed;
    }

    /** The whole is going to be rolled back: no savepoint need be brought back for itself. */
    synchronized void abandon() {
        abandoned = true;
    }

    synchronized boolean isAbandoned() {
        return abandoned;
    }

    /** Whether a savepoint must be released by a statement whose answer is awaited. */
    synchronized boolean needsCare(Level level) {
        return level.hasErred || !answersInOrder;
    }

    synchronized @Nullable Throwable failureOf(Level level) {
        return level.failureAround();
    }

    /** Nothing can run on this level any more, nor on one within it. */
    void fail(Level level, Throwable error) {
        List<Entrant> refused;
        synchronized (this) {
            refused = failed(level, error);
        }
        refused.forEach(entrant -> entrant.refuse(error));
    }

    private List<Entrant> failed(Level level, Throwable error) {
        if (level.failure == null) {
            level.failure = error;
        }
        return removeWaitingWithin(level);
    }

    /** A savepoint is no more: what waits around it may go on. */
    void pop(Level level) {
        synchronized (this) {
            if (current == level && level.outer != null) {
                current = level.outer;
            }
        }
        proceed();
    }

    /** Whether nothing is in flight and nothing waits. */
    synchronized boolean isQuiet() {
        return inDriver == 0 && waiting == 0;
    }

    /** Completes when nothing is in flight and nothing waits. */
    Mono<Void> quiet() {
        return when(this::isQuiet);
    }

    /** Completes when BEGIN has been answered, if it was sent. */
    Mono<Void> begun() {
        return when(() -> !beginning);
    }

    /** Completes when no statement of this level and no stop request is in flight, nothing waits, and every savepoint within it has ended. */
    Mono<Void> quiet(Level level) {
        return when(() -> current == level && level.inDriver == 0 && stops == 0 && !level.hasWaiting());
    }

    /** Completes when a COMMIT may be sent: no statement is in flight or waits, and no savepoint is open. */
    Mono<Void> woundUp() {
        return when(() -> current.outer == null
                && statements == 0
                && waiting == 0
                && !beginning
                && (answersInOrder || aheads == 0));
    }

    private synchronized Mono<Void> when(BooleanSupplier condition) {
        return awaiting.when(condition);
    }

    private void tell() {
        List<Sinks.Empty<Void>> fulfilled;
        synchronized (this) {
            fulfilled = awaiting.removeFulfilled();
        }
        fulfilled.forEach(Sinks.Empty::tryEmitEmpty);
    }
}
