package io.headrace.sqlite;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.sqlite.BusyHandler;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteException;
import org.sqlite.SQLiteOpenMode;
import org.sqlite.SQLiteUpdateListener;
import org.sqlite.core.CoreStatement;
import org.sqlite.core.DB;

/**
 * SQLite itself. With {@link NativeStatement} the only class that knows the library below, and of that the part below
 * JDBC. Everything blocks and everything is called by one thread.
 */
final class NativeConnection {

    private final SQLiteConnection connection;
    private final DB db;
    private boolean utf8 = true;
    private @Nullable SQLiteUpdateListener updates;

    private NativeConnection(SQLiteConnection connection) {
        this.connection = connection;
        this.db = connection.getDatabase();
    }

    /**
     * @param uri a URI of SQLite; a plain path would make the library create and delete the file to see whether it may
     */
    static NativeConnection open(String uri, SqliteConfig.OpenMode mode) {
        SQLiteConfig config = new SQLiteConfig();
        config.setOpenMode(SQLiteOpenMode.NOMUTEX);
        config.setGetGeneratedKeys(false);
        config.setBusyTimeout(0);
        switch (mode) {
            case CREATE -> {}
            case EXISTING -> config.resetOpenMode(SQLiteOpenMode.CREATE);
            case READ_ONLY, IMMUTABLE -> {
                config.resetOpenMode(SQLiteOpenMode.CREATE);
                config.resetOpenMode(SQLiteOpenMode.READWRITE);
                config.setOpenMode(SQLiteOpenMode.READONLY);
            }
        }
        try {
            SQLiteConnection connection = (SQLiteConnection) config.createConnection("jdbc:sqlite:" + uri);
            // Only sets the flag, by which the library would add BEGIN and COMMIT of its own.
            connection.getConnectionConfig().setAutoCommit(false);
            return new NativeConnection(connection);
        } catch (SQLException error) {
            throw translate(error);
        }
    }

    void readEncoding() {
        utf8 = "UTF-8".equalsIgnoreCase(queryText("PRAGMA encoding"));
    }

    boolean isUtf8() {
        return utf8;
    }

    String version() {
        try {
            return db.libversion();
        } catch (SQLException error) {
            throw translate(error);
        }
    }

    NativeStatement prepare(String sql) {
        try {
            CoreStatement statement = (CoreStatement) connection.prepareStatement(sql);
            return new NativeStatement(this, db, statement);
        } catch (SQLException error) {
            throw translate(error);
        }
    }

    void execute(String sql) {
        try {
            db._exec(sql);
        } catch (SQLException error) {
            throw translate(error);
        }
    }

    @Nullable
    String queryText(String sql) {
        NativeStatement statement = prepare(sql);
        try {
            return statement.start(new Object[0]) ? statement.textAt(0) : null;
        } finally {
            statement.close();
        }
    }

    long changes() {
        try {
            return db.changes();
        } catch (SQLException error) {
            throw translate(error);
        }
    }

    /** Asks {@code stop} each time so many instructions of SQLite's machine have run. */
    void onProgress(int instructions, BooleanSupplier stop) {
        try {
            ProgressHandler.setHandler(connection, instructions, new ProgressHandler() {
                @Override
                protected int progress() {
                    return stop.getAsBoolean() ? 1 : 0;
                }
            });
        } catch (SQLException error) {
            throw translate(error);
        }
    }

    /** Asks {@code again} whether to try once more for a lock, with the number of tries so far. */
    void onBusy(IntPredicate again) {
        try {
            BusyHandler.setHandler(connection, new BusyHandler() {
                @Override
                protected int callback(int tries) {
                    return again.test(tries) ? 1 : 0;
                }
            });
        } catch (SQLException error) {
            throw translate(error);
        }
    }

    /** Reports each row that is changed, as it is changed; null for none. */
    void onUpdate(@Nullable UpdateHook hook) {
        if (updates != null) {
            db.removeUpdateListener(updates);
            updates = null;
        }
        if (hook != null) {
            updates = (type, database, table, row) -> hook.changed(type.name(), database, table, row);
            db.addUpdateListener(updates);
        }
    }

    /**
     * Copies the main database to a file, some pages at a time.
     *
     * @return the result code
     */
    int backup(Path target, int pagesPerStep, int busyPauseMillis, int busyTries, ProgressHook progress) {
        try {
            return db.backup("main", target.toString(), progress::copied, busyPauseMillis, busyTries, pagesPerStep);
        } catch (SQLException error) {
            throw translate(error);
        }
    }

    /** Also finalizes all statements. */
    void close() {
        try {
            connection.close();
        } catch (SQLException error) {
            throw translate(error);
        }
    }

    static NativeException translate(SQLException error) {
        String message = String.valueOf(error.getMessage());
        if (error instanceof SQLiteException sqlite) {
            String prefix = sqlite.getResultCode() + " (";
            if (message.startsWith(prefix) && message.endsWith(")")) {
                message = message.substring(prefix.length(), message.length() - 1);
            }
            return new NativeException(sqlite.getResultCode().code, message, error);
        }
        return new NativeException(Math.max(error.getErrorCode(), NativeException.ERROR), message, error);
    }

    interface UpdateHook {

        void changed(String operation, String database, String table, long row);
    }

    interface ProgressHook {

        void copied(int remaining, int total);
    }
}
