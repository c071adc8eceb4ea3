package io.headrace.sqlite;

import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The copying itself, on the thread of its connection. The library below copies to the end in one call and has no way to say stop,
 * but it gives up where the source stays busy: a connection that holds the lock to write is busy to its own backup. So a cancel
 * takes that lock, for a few milliseconds.
 */
final class BackupCopy {

    private static final Logger logger = LoggerFactory.getLogger(BackupCopy.class);

    /** One MiB of pages of the usual size between two signals. */
    private static final int PAGES_PER_STEP = 256;

    /** A copy within a read transaction is never busy by itself. */
    private static final int BUSY_TRIES = 3;

    private static final int BUSY_PAUSE_MILLIS = 1;

    private final NativeConnection connection;
    private final BooleanSupplier unwanted;
    private final NativeConnection.ProgressHook progress;
    private boolean obstructed;

    BackupCopy(NativeConnection connection, BooleanSupplier unwanted, NativeConnection.ProgressHook progress) {
        this.connection = connection;
        this.unwanted = unwanted;
        this.progress = progress;
    }

    /**
     * Copies until the end, or until it is unwanted.
     *
     * @return SQLite's result code, which is of no meaning where it was unwanted
     */
    int run(Path target) {
        connection.execute("BEGIN; SELECT count(*) FROM sqlite_schema");
        try {
            return connection.backup(target, PAGES_PER_STEP, BUSY_PAUSE_MILLIS, BUSY_TRIES, this::copied);
        } finally {
            endTransaction();
        }
    }

    private void copied(int remaining, int total) {
        if (unwanted.getAsBoolean()) {
            obstruct();
        } else {
            progress.copied(remaining, total);
        }
    }

    /** Tried again at the next step where somebody else is writing. Of a database that cannot be written the copy runs out. */
    private void obstruct() {
        if (obstructed) {
            return;
        }
        endTransaction();
        try {
            connection.execute("PRAGMA query_only=OFF");
            connection.execute("BEGIN IMMEDIATE");
            obstructed = true;
        } catch (NativeException busy) {
            logger.debug("A cancelled backup goes on for a step, because the database is being written.", busy);
        }
    }

    private void endTransaction() {
        try {
            connection.execute("ROLLBACK");
        } catch (NativeException none) {
            logger.trace("No transaction to end.", none);
        }
    }
}
