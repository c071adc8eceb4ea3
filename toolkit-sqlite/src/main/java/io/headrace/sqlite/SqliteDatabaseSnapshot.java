package io.headrace.sqlite;

import java.time.Duration;

/**
 * What a {@link SqliteDatabase} is doing.
 *
 * @param writing whether the writer is at work, or lent to a transaction
 * @param reading how many readers are
 * @param readers how many readers are open
 * @param waitingToWrite how many wait for the writer
 * @param waitingToRead how many wait for a reader
 * @param oldestRead for how long the oldest read has been going on; zero where there is none
 * @param logBytes the size of the write-ahead log
 */
public record SqliteDatabaseSnapshot(
        boolean writing,
        int reading,
        int readers,
        int waitingToWrite,
        int waitingToRead,
        Duration oldestRead,
        long logBytes) {}
