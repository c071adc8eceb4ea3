package io.headrace.tx;

import io.headrace.core.error.OpenStreamException;
import io.headrace.core.error.SqlErrors;
import io.headrace.core.error.StatementQueueFullException;
import java.util.OptionalLong;
import java.util.function.Predicate;

/** How a batch with partial rollback behaves; immutable. */
public final class AttemptOptions {

    // A chunk is held in memory and sent again in part where it fails; a savepoint is small beside a thousand rows.
    private static final int DEFAULT_CHUNK_SIZE = 1_000;

    private final int chunkSize;
    private final Predicate<Throwable> skippable;
    private final OptionalLong maximumSkipped;

    private AttemptOptions(int chunkSize, Predicate<Throwable> skippable, OptionalLong maximumSkipped) {
        this.chunkSize = chunkSize;
        this.skippable = skippable;
        this.maximumSkipped = maximumSkipped;
    }

    /**
     * Chunks of 1,000 rows; any number may be skipped; what may be skipped is every error that leaves the connection
     * usable and would come again: not a lost connection, a deadlock, a serialization failure or a cancel, nor a
     * statement that was refused because of how the program reads.
     */
    public static AttemptOptions defaults() {
        return new AttemptOptions(DEFAULT_CHUNK_SIZE, AttemptOptions::leavesTransactionUsable, OptionalLong.empty());
    }

    /** Rows that share one savepoint and one COPY in a bulk attempt, 1 to 100,000. */
    public AttemptOptions chunkSize(int rows) {
        if (rows < 1 || rows > 100_000) {
            throw new IllegalArgumentException("chunkSize must be between 1 and 100000, was " + rows);
        }
        return new AttemptOptions(rows, skippable, maximumSkipped);
    }

    /** Which errors may be skipped; any other fails the whole transaction. */
    public AttemptOptions skipping(Predicate<Throwable> errors) {
        return new AttemptOptions(chunkSize, errors, maximumSkipped);
    }

    /** How many items may be skipped before the whole transaction rolls back, 0 or more. */
    public AttemptOptions maximumSkipped(long items) {
        if (items < 0) {
            throw new IllegalArgumentException("maximumSkipped must be 0 or more, was " + items);
        }
        return new AttemptOptions(chunkSize, skippable, OptionalLong.of(items));
    }

    int chunkSize() {
        return chunkSize;
    }

    boolean maySkip(Throwable error) {
        return leavesTransactionUsable(error) && skippable.test(error);
    }

    OptionalLong maximumSkipped() {
        return maximumSkipped;
    }

    private static boolean leavesTransactionUsable(Throwable error) {
        // Says something of the program and nothing of the item.
        if (error instanceof OpenStreamException || error instanceof StatementQueueFullException) {
            return false;
        }
        return switch (SqlErrors.kindOf(error)) {
            case CONNECTION_LOST, DEADLOCK, SERIALIZATION_FAILURE, CANCELLED -> false;
            default -> true;
        };
    }
}
