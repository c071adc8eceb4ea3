package io.headrace.sqlite;

/**
 * What a checkpoint has done (sqlite.org/pragma.html#pragma_wal_checkpoint).
 *
 * @param complete whether nothing kept it from moving the whole log
 * @param logPages pages in the write-ahead log; -1 without such a log
 * @param movedPages how many of them are in the database; -1 without such a log
 */
public record SqliteCheckpoint(boolean complete, int logPages, int movedPages) {

    /** How hard it tries. */
    public enum Mode {
        /** Moves what it can without waiting for anybody. */
        PASSIVE,
        /** Waits for writers and for readers of old states. */
        FULL,
        /** The same, and lets the log begin anew. */
        RESTART,
        /** The same, and cuts the log to nothing. */
        TRUNCATE
    }
}
