package io.headrace.core.dialect;

import java.util.ArrayList;
import java.util.List;

/**
 * What a SELECT does to the rows that it gives: it locks them until the transaction ends, or the savepoint that it ran
 * behind is rolled back. Immutable.
 *
 * <p>PostgreSQL has all of it. MariaDB has {@link #forUpdate} and {@link #forShare}, H2 has {@link #forUpdate}, neither has
 * {@link #of}.
 *
 * @param strength what others may still do with the rows
 * @param waiting what happens where others hold a row
 * @param tables the tables, by the names that the SELECT gives them, whose rows are locked; all of them where it is empty
 */
public record RowLock(Strength strength, Waiting waiting, List<String> tables) {

    /** What others may still do with the rows; the strongest first. */
    public enum Strength {
        /** Neither change nor lock them. */
        UPDATE,
        /** Refer to them by foreign keys: for updates that leave the key columns alone. */
        NO_KEY_UPDATE,
        /** Lock them in the same way: they stay as they are while it is held. */
        SHARE,
        /** Change all but their key columns. */
        KEY_SHARE
    }

    /** What happens where others hold a row. */
    public enum Waiting {
        /** The statement waits, for the lock timeout at most. */
        WAIT,
        /** The statement fails, with an error of the kind {@code LOCK_TIMEOUT}. */
        NO_WAIT,
        /** The row is left out, as if it were not there. */
        SKIP_LOCKED
    }

    /** Checks and copies the names. */
    public RowLock {
        tables = List.copyOf(tables);
        if (tables.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("the tables of a row lock must be named, but were " + tables);
        }
    }

    private static RowLock of(Strength strength) {
        return new RowLock(strength, Waiting.WAIT, List.of());
    }

    /** Nobody else may change or lock the rows. */
    public static RowLock forUpdate() {
        return of(Strength.UPDATE);
    }

    /** The same, but others may insert rows that refer to them. */
    public static RowLock forNoKeyUpdate() {
        return of(Strength.NO_KEY_UPDATE);
    }

    /** Nobody may change the rows; others may share the lock. */
    public static RowLock forShare() {
        return of(Strength.SHARE);
    }

    /** Nobody may delete the rows or change their keys. */
    public static RowLock forKeyShare() {
        return of(Strength.KEY_SHARE);
    }

    /** The same, but an error at once where others hold a row. */
    public RowLock noWait() {
        return new RowLock(strength, Waiting.NO_WAIT, tables);
    }

    /** The same, but rows that others hold are left out: for queues whose workers take different rows. */
    public RowLock skipLocked() {
        return new RowLock(strength, Waiting.SKIP_LOCKED, tables);
    }

    /**
     * The same for the rows of these tables only.
     *
     * @param first a table's name or alias in the SELECT, without a schema; quoted by us, in lower case unless it was
     *     created otherwise
     */
    public RowLock of(String first, String... more) {
        List<String> all = new ArrayList<>();
        all.add(first);
        all.addAll(List.of(more));
        return new RowLock(strength, waiting, all);
    }
}
