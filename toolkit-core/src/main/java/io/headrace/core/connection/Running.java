package io.headrace.core.connection;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The statements that a driver has which stops them when it is cancelled. One that writes is stopped only where its
 * transaction is going to be rolled back anyway, for the database may roll all of that back with it.
 */
final class Running {

    private static final Pattern READS =
            Pattern.compile("\\s*\\(*\\s*(?:SELECT|VALUES|WITH)\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern WRITES =
            Pattern.compile("\\b(?:INSERT|UPDATE|DELETE|REPLACE)\\b", Pattern.CASE_INSENSITIVE);

    private final Set<TrackedStatement<?>> statements = ConcurrentHashMap.newKeySet();

    void add(TrackedStatement<?> statement) {
        statements.add(statement);
    }

    void remove(TrackedStatement<?> statement) {
        statements.remove(statement);
    }

    /** @param all also those that write */
    void stop(boolean all) {
        for (TrackedStatement<?> statement : statements) {
            if (all || statement.onlyReads()) {
                statement.stop();
            }
        }
    }

    /** Whether a statement surely changes nothing. That others are taken for writing costs no more than the wait for them. */
    static boolean isQuery(@Nullable String text) {
        return text != null
                && READS.matcher(text).lookingAt()
                && !WRITES.matcher(text).find();
    }
}
