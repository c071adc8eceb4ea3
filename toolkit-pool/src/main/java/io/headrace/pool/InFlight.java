package io.headrace.pool;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * What runs on one connection just now, on behalf of callers who may cancel. The only place where any of this changes; all
 * of it is guarded by {@code this}, and nobody is called under the lock.
 */
final class InFlight {

    private final List<TrackedSubscription<?>> running = new ArrayList<>(2);
    private final List<LeasedResult> unread = new ArrayList<>(0);
    private boolean unheard;
    private Sinks.@Nullable Empty<Void> awaited;

    /**
     * Takes one that is about to be given to the driver.
     *
     * @param lease the loan that it is for; null for our own
     * @return false where that loan has ended
     */
    synchronized boolean enter(TrackedSubscription<?> subscription, @Nullable LentConnection lease) {
        if (lease != null && lease.isReturned()) {
            return false;
        }
        running.add(subscription);
        return true;
    }

    /**
     * The driver is done with it, or was cancelled.
     *
     * @param result what it gave last, which somebody may still read
     * @param heard false where the driver was cancelled, and nothing tells when it is done
     */
    void leave(TrackedSubscription<?> subscription, @Nullable LeasedResult result, boolean heard) {
        Sinks.Empty<Void> quiet;
        synchronized (this) {
            unheard |= !heard;
            running.remove(subscription);
            if (result != null && result.isLeftOver()) {
                unread.add(result);
            }
            quiet = running.isEmpty() ? awaited : null;
        }
        if (quiet != null) {
            quiet.tryEmitEmpty();
        }
    }

    synchronized boolean isQuiet() {
        // asked in each loan, and nearly always empty
        return running.isEmpty()
                && !unheard
                && (unread.isEmpty() || unread.stream().noneMatch(LeasedResult::isLeftOver));
    }

    /** Whether something may still run that only a question to the server shows the end of. */
    synchronized boolean isUnheard() {
        return unheard;
    }

    /** The question was answered. */
    synchronized void heard() {
        unheard = false;
    }

    /** Completes when the driver is done with all; to be waited for by one at a time. */
    synchronized Mono<Void> ended() {
        if (running.isEmpty()) {
            return Mono.empty();
        }
        Sinks.Empty<Void> quiet = Sinks.empty();
        awaited = quiet;
        return quiet.asMono();
    }

    /** Whether something runs, and all of it for callers who have gone. */
    synchronized boolean isCancelled() {
        return !running.isEmpty() && running.stream().allMatch(TrackedSubscription::isCancelled);
    }

    /** Something may run that is not tracked, since somebody has the driver's own connection. */
    synchronized void unwatched() {
        unheard = true;
    }

    /** Whether one of them is a statement, and not the end of a transaction or the like. */
    synchronized boolean hasStatements() {
        return running.stream().anyMatch(TrackedSubscription::isStatement);
    }

    /** The connection was given back under them: they run out, and whoever still listens is told. */
    void abandon() {
        List<TrackedSubscription<?>> abandoned;
        synchronized (this) {
            abandoned = List.copyOf(running);
        }
        readLeftOvers();
        abandoned.forEach(TrackedSubscription::abandon);
    }

    /** Reads what was given to callers who have gone, and what nobody has read. */
    void readLeftOvers() {
        List<TrackedSubscription<?>> cancelled;
        List<LeasedResult> results;
        synchronized (this) {
            cancelled = new ArrayList<>(running);
            cancelled.removeIf(subscription -> !subscription.isCancelled());
            results = List.copyOf(unread);
            unread.clear();
        }
        results.forEach(LeasedResult::readUnlessRead);
        cancelled.forEach(TrackedSubscription::readUnread);
    }
}
