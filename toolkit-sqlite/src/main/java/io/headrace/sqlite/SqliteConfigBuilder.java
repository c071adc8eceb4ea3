package io.headrace.sqlite;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects the settings of a {@link SqliteConfig}. Each default is written here, once, with its reason. */
public final class SqliteConfigBuilder {

    private final SqliteLocation location;
    private SqliteConfig.OpenMode openMode = SqliteConfig.OpenMode.CREATE;
    private SqliteConfig.JournalMode journalMode = SqliteConfig.JournalMode.WAL;
    private SqliteConfig.Synchronous synchronous = SqliteConfig.Synchronous.NORMAL;
    private boolean foreignKeys = true;
    private Duration busyTimeout = Duration.ofSeconds(5);
    private @Nullable Duration statementTimeout;
    private SqliteConfig.TransactionMode transactionMode = SqliteConfig.TransactionMode.IMMEDIATE;
    private int cacheKibibytes = 16_384;
    private int mappedMebibytes = 128;
    private int journalLimitMebibytes = 64;
    private int statementCache = 256;
    private int statementsWaiting = 10_000;
    private int readers = Math.max(2, Math.min(4, Runtime.getRuntime().availableProcessors()));
    private Duration acquireTimeout = Duration.ofSeconds(30);
    private int transactionsWaiting = 10_000;
    private Duration longRead = Duration.ofSeconds(10);
    private SqliteConfig.DateTimeFormat dateTime = SqliteConfig.DateTimeFormat.TEXT;
    private final Map<String, String> pragmas = new LinkedHashMap<>();

    SqliteConfigBuilder(SqliteLocation location) {
        this.location = location;
    }

    /** Whether the database may be made and written. Default: CREATE. */
    @CanIgnoreReturnValue
    public SqliteConfigBuilder openMode(SqliteConfig.OpenMode mode) {
        openMode = mode;
        return this;
    }

    /** How commits are made safe. Default: WAL, for readers and the writer do not exclude each other in it. */
    @CanIgnoreReturnValue
    public SqliteConfigBuilder journalMode(SqliteConfig.JournalMode mode) {
        journalMode = mode;
        return this;
    }

    /**
     * How often SQLite waits for the disk. Default: NORMAL, with which the database is always sound, while a power cut may take
     * the last commits with it; a killed process loses none. FULL for what must never be lost.
     */
    @CanIgnoreReturnValue
    public SqliteConfigBuilder synchronous(SqliteConfig.Synchronous mode) {
        synchronous = mode;
        return this;
    }

    /** Whether foreign keys are checked. Default: true, as everybody expects who declares them; SQLite's own is false. */
    @CanIgnoreReturnValue
    public SqliteConfigBuilder foreignKeys(boolean checked) {
        foreignKeys = checked;
        return this;
    }

    /** How long a statement waits for a lock of another connection or process. Default: 5 s, longer than writers should take. */
    @CanIgnoreReturnValue
    public SqliteConfigBuilder busyTimeout(Duration timeout) {
        busyTimeout = timeout;
        return this;
    }

    /** How long a statement may run, pauses between its rows not counted. Default: no limit. */
    @CanIgnoreReturnValue
    public SqliteConfigBuilder statementTimeout(@Nullable Duration timeout) {
        statementTimeout = timeout;
        return this;
    }

    /**
     * Which locks a transaction takes when it begins. Default: IMMEDIATE, since a deferred one that reads first and then writes
     * fails at once when another has written in between, however long it would wait.
     */
    @CanIgnoreReturnValue
    public SqliteConfigBuilder transactionMode(SqliteConfig.TransactionMode mode) {
        transactionMode = mode;
        return this;
    }

    /** Memory for pages, per connection. Default: 16,384 KiB; SQLite's own 2,000 makes point reads a quarter slower. */
    @CanIgnoreReturnValue
    public SqliteConfigBuilder cacheKibibytes(int kibibytes) {
        cacheKibibytes = kibibytes;
        return this;
    }

    /** How much of the file is mapped into memory. Default: 128 MiB; it costs address space only. */
    @CanIgnoreReturnValue
    public SqliteConfigBuilder mappedMebibytes(int mebibytes) {
        mappedMebibytes = mebibytes;
        return this;
    }

    /** To what size the write-ahead log is cut when no read needs it. Default: 64 MiB. */
    @CanIgnoreReturnValue
    public SqliteConfigBuilder journalLimitMebibytes(int mebibytes) {
        journalLimitMebibytes = mebibytes;
        return this;
    }

    /** How many prepared statements a connection keeps. Default: 256; preparing again halves the speed of point reads. */
    @CanIgnoreReturnValue
    public SqliteConfigBuilder statementCache(int statements) {
        statementCache = statements;
        return this;
    }

    /** How many statements may wait for the thread of one connection; a further one is an error. Default: 10,000. */
    @CanIgnoreReturnValue
    public SqliteConfigBuilder statementsWaiting(int statements) {
        statementsWaiting = statements;
        return this;
    }

    /** How many connections of a {@link SqliteDatabase} read. Default: the number of processors, 2 at least and 4 at most. */
    @CanIgnoreReturnValue
    public SqliteConfigBuilder readers(int connections) {
        readers = connections;
        return this;
    }

    /** How long a statement or transaction of a {@link SqliteDatabase} waits for its turn. Default: 30 s. */
    @CanIgnoreReturnValue
    public SqliteConfigBuilder acquireTimeout(Duration timeout) {
        acquireTimeout = timeout;
        return this;
    }

    /** How many may wait for a turn in a {@link SqliteDatabase}; a further one is an error. Default: 10,000. */
    @CanIgnoreReturnValue
    public SqliteConfigBuilder transactionsWaiting(int waiting) {
        transactionsWaiting = waiting;
        return this;
    }

    /**
     * From when on a read that holds a connection of a {@link SqliteDatabase} is logged, for the write-ahead log grows behind it.
     * Default: 10 s.
     */
    @CanIgnoreReturnValue
    public SqliteConfigBuilder longRead(Duration threshold) {
        longRead = threshold;
        return this;
    }

    /** How points in time are stored. Default: TEXT, which SQLite's functions and people can read. */
    @CanIgnoreReturnValue
    public SqliteConfigBuilder dateTime(SqliteConfig.DateTimeFormat format) {
        dateTime = format;
        return this;
    }

    /** A further pragma, set on each new connection. */
    @CanIgnoreReturnValue
    public SqliteConfigBuilder pragma(String name, String value) {
        Pragmas.check(name, value);
        pragmas.put(name, value);
        return this;
    }

    SqliteConfig build() {
        return new SqliteConfig(
                location,
                openMode,
                journalMode,
                synchronous,
                foreignKeys,
                busyTimeout,
                statementTimeout,
                transactionMode,
                cacheKibibytes,
                mappedMebibytes,
                journalLimitMebibytes,
                statementCache,
                statementsWaiting,
                readers,
                acquireTimeout,
                transactionsWaiting,
                longRead,
                dateTime,
                pragmas);
    }
}
