package io.headrace.tx;

import io.headrace.core.connection.AccessMode;
import io.headrace.core.connection.Sessions;
import io.headrace.core.dialect.TransactionMode;
import io.headrace.core.observe.CallSite;
import io.r2dbc.spi.IsolationLevel;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/**
 * How new transactions are begun and ended; immutable, each method gives a changed copy. What is not set is left to the
 * database. A transaction that is joined keeps its own; joining one with another isolation level, or a read-only one in
 * order to write, is refused.
 */
public final class TransactionOptions {

    private static final int MOST_HELD = 1_000_000;

    private final TransactionMode mode;
    private final @Nullable String name;
    private final @Nullable Integer hold;
    private final EndOptions ends;
    private final SignalOptions signals;

    private TransactionOptions(
            TransactionMode mode,
            @Nullable String name,
            @Nullable Integer hold,
            EndOptions ends,
            SignalOptions signals) {
        this.mode = mode;
        this.name = name;
        this.hold = hold;
        this.ends = ends;
        this.signals = signals;
    }

    static TransactionOptions defaults() {
        return new TransactionOptions(
                TransactionMode.defaults(), null, null, EndOptions.defaults(), SignalOptions.defaults());
    }

    /** What errors, logs and metrics call it. Without one they tell where it was described. */
    public TransactionOptions name(String newName) {
        if (newName.isBlank()) {
            throw new IllegalArgumentException("the name of a transaction must not be blank");
        }
        return new TransactionOptions(mode, newName, hold, ends, signals.withCallSite(null));
    }

    /** The isolation level. */
    public TransactionOptions isolation(IsolationLevel level) {
        return with(mode.withIsolation(level));
    }

    /** Refuses writes, and may run on a replica where the connection factory has some. */
    public TransactionOptions readOnly() {
        return with(mode.asReadOnly());
    }

    /** Allows writes, also where the session's default or {@code AccessMode.READ_ONLY} in the context says otherwise. */
    public TransactionOptions readWrite() {
        return with(mode.withReadOnly(false));
    }

    /** Waits for a safe snapshot before it begins: for serializable read-only transactions of PostgreSQL. */
    public TransactionOptions deferrable() {
        return with(mode.asDeferrable());
    }

    /**
     * How long the whole transaction may take, from the request for a connection until the body has ended, all attempts and
     * the pauses between them included, 1 ms or more; none by default. Then what runs is stopped on the server and rolled
     * back, and it fails with a {@link TransactionTimeoutException}. COMMIT is not cut short by it.
     *
     * <p>PostgreSQL is told the same limit, for each statement and for standing idle, so that it ends a transaction whose client
     * has gone. Should it notice first, its error passes (SQLSTATE 57014 or 25P03) and says so in a suppressed note.
     */
    public TransactionOptions timeout(Duration limit) {
        return with(mode.withTimeout(limit));
    }

    /** How long a statement waits for a lock before it fails (PostgreSQL), 1 ms or more. */
    public TransactionOptions lockTimeout(Duration limit) {
        return with(mode.withLockTimeout(limit));
    }

    /**
     * A {@code Flux} holds its elements until the commit, at most so many (1 to 1,000,000); with more it fails with a
     * {@link TooManyHeldException} and is rolled back. Otherwise they are passed on as they come, before the commit.
     */
    public TransactionOptions holdUntilCommit(int atMost) {
        if (atMost < 1 || atMost > MOST_HELD) {
            throw new IllegalArgumentException("atMost must be between 1 and " + MOST_HELD + ", was " + atMost);
        }
        return new TransactionOptions(mode, name, atMost, ends, signals);
    }

    /** {@link #retry(RetryConfig)} with at most so many attempts, the first included, and the rest as in {@link RetryConfig#of}. */
    public TransactionOptions retry(int attempts) {
        return retry(RetryConfig.of(attempts));
    }

    /**
     * Runs the whole transaction again where it fails with certain errors, also at COMMIT; never by default. What it runs is
     * subscribed again, so it must be cold and what it does elsewhere must bear to be repeated; hooks are registered anew by
     * each attempt. An error inside {@code nested()} or in a part that joined goes out to the transaction that they belong to,
     * which is run again as a whole; a {@code requiresNew()} is a transaction of its own.
     *
     * <p>The last error passes as it is, with the number of attempts in a suppressed note. A {@code Flux} is run again only as
     * long as no element has been passed on; {@link #holdUntilCommit} holds them. A {@link CommitOutcomeUnknownException}
     * is never a reason to run it again. {@link Transactions#current} tells which attempt it is.
     */
    public TransactionOptions retry(RetryConfig config) {
        return with(ends.withRetry(config));
    }

    /** The same with another source of chance. */
    TransactionOptions random(DoubleSupplier random) {
        return with(ends.withRandom(random));
    }

    /** When the server is asked for the transaction's id; {@link CommitCheck#WITH_COMMIT} by default. */
    public TransactionOptions commitCheck(CommitCheck check) {
        return with(ends.withCommitCheck(check));
    }

    /**
     * How long the subscriber may wait for the truth about a COMMIT during which the connection was lost, 1 ms or more, 10 s
     * by default; then it is a {@link CommitOutcomeUnknownException}. The server is asked on a new connection, again and
     * again. After half of the time it is told to end the session that the connection belonged to, if that still works on the
     * transaction: a server does not notice for hours that a network swallows everything.
     */
    public TransactionOptions commitCheckTimeout(Duration limit) {
        return with(ends.withCommitCheckTimeout(limit));
    }

    /**
     * From when on a transaction that still holds its connection is logged, once, at level WARN to
     * {@code io.headrace.long-transaction}, 1 ms or more; 30 s by default.
     */
    public TransactionOptions warnAfter(Duration threshold) {
        return with(signals.withWarnAfter(threshold));
    }

    /** Never logs that a transaction takes long. */
    public TransactionOptions neverWarn() {
        return with(signals.withWarnAfter(null));
    }

    TransactionOptions listening(TransactionListener listener) {
        return with(signals.withListener(listener));
    }

    /** Without a name it is called by the program's line that is calling now. Walks the stack then. */
    TransactionOptions describedHere() {
        return name == null ? with(signals.withCallSite(CallSite.current())) : this;
    }

    /** What messages call a transaction of these options. */
    @Override
    public String toString() {
        if (name != null) {
            return "transaction '" + name + "'";
        }
        return signals.callSite() == null ? "a transaction" : "a transaction (described at " + signals.callSite() + ")";
    }

    private TransactionOptions with(TransactionMode newMode) {
        return new TransactionOptions(newMode, name, hold, ends, signals);
    }

    private TransactionOptions with(EndOptions newEnds) {
        return new TransactionOptions(mode, name, hold, newEnds, signals);
    }

    private TransactionOptions with(SignalOptions newSignals) {
        return new TransactionOptions(mode, name, hold, ends, newSignals);
    }

    TransactionMode mode() {
        return mode;
    }

    /** Whether a transaction with these options refuses writes: as it was said here, or by the mark of its subscriber. */
    boolean isReadOnly(Sessions sessions, ContextView context) {
        Boolean said = mode.readOnly();
        return said != null
                ? said
                : AccessMode.of(context) == AccessMode.READ_ONLY
                        && sessions.dialect().hasReadOnlyTransactions();
    }

    @Nullable
    String name() {
        return name;
    }

    /** How many elements are held until the commit; null where they are passed on. */
    @Nullable
    Integer hold() {
        return hold;
    }

    EndOptions ends() {
        return ends;
    }

    SignalOptions signals() {
        return signals;
    }
}
