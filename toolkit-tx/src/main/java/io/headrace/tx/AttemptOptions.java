package io.headrace.tx;

import io.headrace.core.connection.DrainTimeoutException;
import io.headrace.core.connection.SessionEndedException;
import io.headrace.core.error.OpenStreamException;
import io.headrace.core.error.SqlErrors;
import io.headrace.core.error.StatementQueueFullException;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** How a batch with partial rollback behaves; immutable, each method gives a changed copy. */
public final class AttemptOptions {

    // A chunk is held in memory and sent again in part where it fails; a savepoint is small beside a thousand
    // statements.
    private static final int ITEMS_IN_CHUNK = 1_000;

    // COPY takes them in the time of a few statements; measured on 3 M flights of which one in 380 is refused.
    private static final int ROWS_IN_CHUNK = 10_000;
    private static final int LARGEST_CHUNK = 100_000;

    private final AttemptStrategy strategy;
    private final OptionalInt chunkSize;
    private final Predicate<Throwable> skippable;
    private final OptionalLong maximumSkipped;
    private final Consumer<? super Attempt.Skipped<?, ?>> onSkip;

    private AttemptOptions(
            AttemptStrategy strategy,
            OptionalInt chunkSize,
            Predicate<Throwable> skippable,
            OptionalLong maximumSkipped,
            Consumer<? super Attempt.Skipped<?, ?>> onSkip) {
        this.strategy = strategy;
        this.chunkSize = chunkSize;
        this.skippable = skippable;
        this.maximumSkipped = maximumSkipped;
        this.onSkip = onSkip;
    }

    /**
     * A savepoint per item, because that does the work of each just once; where there are chunks, 1,000 items in each, or 10,000 rows that go by COPY; any number
     * may be skipped. What may be skipped is every error that leaves the connection usable and would come again: not a lost
     * connection, a deadlock, a serialization failure or a cancel, nor a statement that was refused because of how the
     * program reads.
     */
    public static AttemptOptions defaults() {
        return new AttemptOptions(
                AttemptStrategy.PER_ITEM,
                OptionalInt.empty(),
                AttemptOptions::leavesTransactionUsable,
                OptionalLong.empty(),
                skipped -> {});
    }

    /** How {@code attemptEach} goes about it; what takes whole chunks always narrows them down. */
    public AttemptOptions strategy(AttemptStrategy newStrategy) {
        return new AttemptOptions(newStrategy, chunkSize, skippable, maximumSkipped, onSkip);
    }

    /**
     * Items that share one savepoint, 1 to 100,000; of no effect with {@link AttemptStrategy#PER_ITEM}. A chunk is begun when
     * it is full or the source has ended, never by a timer.
     */
    public AttemptOptions chunkSize(int items) {
        if (items < 1 || items > LARGEST_CHUNK) {
            throw new IllegalArgumentException("chunkSize must be between 1 and " + LARGEST_CHUNK + ", was " + items);
        }
        return new AttemptOptions(strategy, OptionalInt.of(items), skippable, maximumSkipped, onSkip);
    }

    /** Which errors may be skipped; any other fails the whole transaction. Those that never may are not asked about. */
    public AttemptOptions skipping(Predicate<Throwable> errors) {
        return new AttemptOptions(strategy, chunkSize, errors, maximumSkipped, onSkip);
    }

    /**
     * How many items may be skipped, 0 or more; with one more the whole transaction rolls back, with a
     * {@link TooManySkippedException}.
     */
    public AttemptOptions maximumSkipped(long items) {
        if (items < 0) {
            throw new IllegalArgumentException("maximumSkipped must be 0 or more, was " + items);
        }
        return new AttemptOptions(strategy, chunkSize, skippable, OptionalLong.of(items), onSkip);
    }

    /**
     * Told of each item that is skipped, once and in order, also of the one that is one too many; mostly on the driver's
     * event loop, so it must not block. An error of it fails the whole transaction. A transaction that is run again tells
     * again, and one that rolls back later has told nevertheless.
     */
    public AttemptOptions onSkip(Consumer<? super Attempt.Skipped<?, ?>> callback) {
        return new AttemptOptions(strategy, chunkSize, skippable, maximumSkipped, callback);
    }

    /** How many items share a savepoint in {@code attemptEach}. */
    int itemsTogether() {
        return strategy == AttemptStrategy.PER_ITEM ? 1 : itemsInChunk();
    }

    int itemsInChunk() {
        return chunkSize.orElse(ITEMS_IN_CHUNK);
    }

    int rowsInChunk() {
        return chunkSize.orElse(ROWS_IN_CHUNK);
    }

    boolean maySkip(Throwable error) {
        return leavesTransactionUsable(error) && skippable.test(error);
    }

    OptionalLong maximumSkipped() {
        return maximumSkipped;
    }

    Consumer<? super Attempt.Skipped<?, ?>> onSkip() {
        return onSkip;
    }

    /** Whether others can be tried after this error, and it tells of what was tried. */
    static boolean leavesTransactionUsable(Throwable error) {
        boolean ofTheProgram = error instanceof OpenStreamException || error instanceof StatementQueueFullException;
        boolean ofTheSession = error instanceof SessionEndedException || error instanceof DrainTimeoutException;
        if (ofTheProgram || ofTheSession) {
            return false;
        }
        return switch (SqlErrors.kindOf(error)) {
            case CONNECTION_LOST, DEADLOCK, SERIALIZATION_FAILURE, CANCELLED -> false;
            default -> true;
        };
    }
}
