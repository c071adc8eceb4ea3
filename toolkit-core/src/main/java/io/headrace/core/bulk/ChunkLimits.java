package io.headrace.core.bulk;

/** When a chunk of rows is full: at so many rows or bytes, whichever comes first. */
record ChunkLimits(int rows, int bytes) {

    // One COPY costs a round trip, which at these sizes is small beside the work of the rows.
    static final ChunkLimits COPY = new ChunkLimits(10_000, 1 << 20);

    // Larger, for each is a transaction with a commit of its own.
    static final ChunkLimits COMMIT = new ChunkLimits(10_000, 8 << 20);

    // What comes back is held as well.
    static final ChunkLimits UNNEST = new ChunkLimits(1_000, 1 << 20);

    ChunkLimits withRows(int most) {
        return new ChunkLimits(most, bytes);
    }
}
