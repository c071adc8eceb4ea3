package io.headrace.sqlite;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the connections to one SQLite database; immutable. {@link SqliteConfigBuilder} holds the defaults and their
 * reasons.
 *
 * @param location where the database is
 * @param openMode whether it may be made and written
 * @param journalMode how commits are made safe; of a database in memory always its own
 * @param synchronous how often SQLite waits for the disk
 * @param foreignKeys whether foreign keys are checked
 * @param busyTimeout how long a statement waits for a lock of another connection, 0 to 24 hours
 * @param statementTimeout how long a statement may run; null for no limit
 * @param transactionMode which locks BEGIN takes
 * @param cacheKibibytes memory for pages, per connection, 64 to 4,194,304
 * @param mappedMebibytes how much of the file is mapped into memory, 0 to 65,536
 * @param journalLimitMebibytes to what size the write-ahead log is cut when it can be, 1 to 65,536
 * @param statementCache how many prepared statements a connection keeps, 0 to 10,000
 * @param statementsWaiting how many statements may wait for the thread of a connection, 1 to 1,000,000
 * @param readers how many connections of a {@link SqliteDatabase} read, 1 to 64
 * @param acquireTimeout how long a statement or transaction of a {@link SqliteDatabase} waits for its turn
 * @param transactionsWaiting how many may wait for a turn, 1 to 1,000,000
 * @param longRead how long a read may hold a connection of a {@link SqliteDatabase} before it is logged
 * @param dateTime how points in time are stored
 * @param pragmas further pragmas, set on each new connection in this order
 */
public record SqliteConfig(
        SqliteLocation location,
        OpenMode openMode,
        JournalMode journalMode,
        Synchronous synchronous,
        boolean foreignKeys,
        Duration busyTimeout,
        @Nullable Duration statementTimeout,
        TransactionMode transactionMode,
        int cacheKibibytes,
        int mappedMebibytes,
        int journalLimitMebibytes,
        int statementCache,
        int statementsWaiting,
        int readers,
        Duration acquireTimeout,
        int transactionsWaiting,
        Duration longRead,
        DateTimeFormat dateTime,
        Map<String, String> pragmas) {

    private static final Duration LONGEST = Duration.ofHours(24);

    /** Whether a database may be made and written. */
    public enum OpenMode {
        /** Made if it is not there. */
        CREATE,
        /** An error if it is not there. */
        EXISTING,
        /** Never written. */
        READ_ONLY,
        /** Never written by anybody, as on read-only media: no locks, no look at a write-ahead log. */
        IMMUTABLE
    }

    /** How commits are made safe (sqlite.org/pragma.html#pragma_journal_mode). */
    public enum JournalMode {
        /** A write-ahead log: readers and the writer do not wait for each other. */
        WAL,
        /** A rollback journal that is deleted after each commit. */
        DELETE,
        /** A rollback journal that is cut to nothing. */
        TRUNCATE,
        /** A rollback journal whose head is overwritten. */
        PERSIST,
        /** A rollback journal in memory: a crash can destroy the database. */
        MEMORY,
        /** None: rollback does not work and a crash can destroy the database. */
        OFF
    }

    /** How often SQLite waits for the disk (sqlite.org/pragma.html#pragma_synchronous). */
    public enum Synchronous {
        /** Never; a power cut can destroy the database. */
        OFF,
        /** At the decisive moments; with a write-ahead log a power cut can lose the last commits, never the database. */
        NORMAL,
        /** At each commit. */
        FULL,
        /** At each commit, and the folder too. */
        EXTRA
    }

    /** Which locks a transaction takes when it begins. */
    public enum TransactionMode {
        /** The lock to write, at once, so that it cannot fail half way. */
        IMMEDIATE,
        /** None until the first statement; a transaction that reads and then writes can fail then. */
        DEFERRED,
        /** All of them. */
        EXCLUSIVE
    }

    /** How points in time are stored. */
    public enum DateTimeFormat {
        /** As {@code yyyy-MM-dd HH:mm:ss.SSSSSSSSS}, with Z or an offset where there is one. */
        TEXT,
        /** As seconds since 1970. */
        EPOCH_SECONDS,
        /** As milliseconds since 1970, as sqlite-jdbc stores timestamps. */
        EPOCH_MILLIS
    }

    /** Checks the ranges. */
    public SqliteConfig {
        pragmas = Collections.unmodifiableMap(new LinkedHashMap<>(pragmas));
        range("busyTimeout", busyTimeout, Duration.ZERO);
        if (statementTimeout != null) {
            range("statementTimeout", statementTimeout, Duration.ofMillis(1));
        }
        range("acquireTimeout", acquireTimeout, Duration.ofMillis(1));
        range("longRead", longRead, Duration.ofMillis(1));
        range("cacheKibibytes", cacheKibibytes, 64, 4_194_304);
        range("mappedMebibytes", mappedMebibytes, 0, 65_536);
        range("journalLimitMebibytes", journalLimitMebibytes, 1, 65_536);
        range("statementCache", statementCache, 0, 10_000);
        range("statementsWaiting", statementsWaiting, 1, 1_000_000);
        range("readers", readers, 1, 64);
        range("transactionsWaiting", transactionsWaiting, 1, 1_000_000);
        if (location.kind() != SqliteLocation.Kind.FILE && openMode != OpenMode.CREATE) {
            throw new IllegalArgumentException("openMode " + openMode + " is for files; the database " + location
                    + " is new each time, use " + OpenMode.CREATE);
        }
        pragmas.forEach(Pragmas::check);
    }

    /** The defaults for this database. */
    public static SqliteConfig of(SqliteLocation location) {
        return of(location, builder -> {});
    }

    /** The defaults for this database but for what {@code changes} sets. */
    public static SqliteConfig of(SqliteLocation location, Consumer<SqliteConfigBuilder> changes) {
        SqliteConfigBuilder builder = new SqliteConfigBuilder(location);
        changes.accept(builder);
        return builder.build();
    }

    boolean isWritable() {
        return openMode == OpenMode.CREATE || openMode == OpenMode.EXISTING;
    }

    private static void range(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "%s must be between %,d and %,d, was %,d".formatted(name, least, most, value));
        }
    }

    private static void range(String name, Duration value, Duration least) {
        if (value.compareTo(least) < 0 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "%s must be between %s and %s, was %s".formatted(name, least, LONGEST, value));
        }
    }
}
