package io.headrace.core.connection;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A savepoint of a session, or the session itself as the outermost of them. Only statements of the innermost level are
 * sent: one from further out would otherwise be undone with a savepoint that it knows nothing of. Guarded by its queue.
 */
final class Level {

    final @Nullable Level outer;

    /** How many of its statements the driver has. */
    int inDriver;

    /** Whether its end has begun: it takes no more statements. */
    boolean sealed;

    /** Whether a statement of it has failed, so that the database may refuse all that follows. */
    boolean hasErred;

    /** Why nothing can run on it any more: what should have begun it, or brought it back, was refused. */
    @Nullable
    Throwable failure;

    /** In order of arrival. Most sessions run one statement, which never waits, so it is made when it is needed. */
    private Set<Entrant> waiting = Set.of();

    Level(@Nullable Level outer) {
        this.outer = outer;
    }

    void add(Entrant entrant) {
        if (waiting.isEmpty()) {
            waiting = new LinkedHashSet<>();
        }
        waiting.add(entrant);
    }

    boolean remove(Entrant entrant) {
        return !waiting.isEmpty() && waiting.remove(entrant);
    }

    boolean hasWaiting() {
        return !waiting.isEmpty();
    }

    /** Who is next; null where nobody waits. */
    @Nullable
    Entrant first() {
        return waiting.isEmpty() ? null : waiting.iterator().next();
    }

    List<Entrant> removeAll() {
        List<Entrant> all = List.copyOf(waiting);
        waiting = Set.of();
        return all;
    }

    /** Whether it is this level or one that was opened within it. */
    boolean isWithin(Level other) {
        for (Level level = this; level != null; level = level.outer) {
            if (level == other) {
                return true;
            }
        }
        return false;
    }

    /** What has failed of it or of a level around it. */
    @Nullable
    Throwable failureAround() {
        for (Level level = this; level != null; level = level.outer) {
            if (level.failure != null) {
                return level.failure;
            }
        }
        return null;
    }
}
