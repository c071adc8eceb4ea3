package io.headrace.core.bulk;

/**
 * What a bulk write did.
 *
 * @param rows how many rows the server has taken
 * @param chunks in how many pieces they were sent
 * @param bytes how many bytes of COPY data they were
 */
public record BulkResult(long rows, long chunks, long bytes) {

    BulkResult plus(long moreRows, long moreBytes) {
        return new BulkResult(rows + moreRows, chunks + 1, bytes + moreBytes);
    }
}
