package io.headrace.core.bulk;

/**
 * What a bulk write did.
 *
 * @param rows how many rows the server has taken
 * @param chunks in how many pieces they were sent
 * @param bytes how many bytes of COPY data they were; 0 where they went as parameters of statements
 */
public record BulkResult(long rows, long chunks, long bytes) {

    static final BulkResult NONE = new BulkResult(0, 0, 0);

    BulkResult plus(BulkResult more) {
        return new BulkResult(rows + more.rows, chunks + more.chunks, bytes + more.bytes);
    }
}
