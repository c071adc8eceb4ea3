package io.headrace.sqlite;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sqlite.core.CoreStatement;
import org.sqlite.core.DB;

/**
 * A prepared statement of SQLite and, while it has a row, the values of that row. The pointer of the statement is taken once:
 * the library would check and lock it at each call, which one thread that knows what it has closed does not need.
 */
final class NativeStatement implements ColumnValues {

    private static final int ROW = 100;
    private static final int DONE = 101;
    private static final char REPLACEMENT = '\uFFFD';

    private final NativeConnection connection;
    private final DB db;
    private final CoreStatement statement;
    private final long pointer;
    private @Nullable RowShape shape;
    private boolean finalized;

    NativeStatement(NativeConnection connection, DB db, CoreStatement statement) throws SQLException {
        this.connection = connection;
        this.db = db;
        this.statement = statement;
        this.pointer = statement.pointer.safeRunLong((database, address) -> address);
    }

    /**
     * Binds and makes the first step.
     *
     * @param values Long, Integer, Double, String, byte[] or null
     * @return whether there is a row
     */
    boolean start(@Nullable Object[] values) {
        try {
            return db.execute(statement, values);
        } catch (SQLException error) {
            // Of most errors the library finalizes the statement.
            finalized = statement.pointer.isClosed();
            reset();
            throw NativeConnection.translate(error);
        }
    }

    /** Whether there is one more row. */
    boolean step() {
        try {
            int result = db.step(pointer);
            if (result == ROW) {
                return true;
            }
            if (result != DONE) {
                db.throwex(result);
            }
            return false;
        } catch (SQLException error) {
            throw NativeConnection.translate(error);
        }
    }

    /** Ends the execution; locks of its own are gone. Repeats the last error, which everybody knows by now. */
    void reset() {
        if (finalized) {
            return;
        }
        try {
            int repeated = db.reset(pointer);
            if (repeated != 0) {
                return;
            }
        } catch (SQLException error) {
            throw NativeConnection.translate(error);
        }
    }

    /** Lets go of long values; the next execution binds all again. */
    void clear() {
        if (finalized) {
            return;
        }
        try {
            db.clear_bindings(pointer);
        } catch (SQLException error) {
            throw NativeConnection.translate(error);
        }
    }

    boolean isFinalized() {
        return finalized;
    }

    int columnCount() {
        try {
            return db.column_count(pointer);
        } catch (SQLException error) {
            throw NativeConnection.translate(error);
        }
    }

    /**
     * Names and declared types of the columns, once the statement has been started: only then it has followed changes of the
     * schema.
     *
     * @param star whether the names are those of a table rather than of the text
     */
    RowShape shape(boolean star) {
        RowShape known = shape;
        if (known != null
                && known.size() == columnCount()
                && (!star || known.names().equals(readNames()))) {
            return known;
        }
        RowShape read = RowShape.of(readNames(), readDeclaredTypes());
        shape = read;
        return read;
    }

    private List<String> readNames() {
        try {
            return List.of(db.column_names(pointer));
        } catch (SQLException error) {
            throw NativeConnection.translate(error);
        }
    }

    private @Nullable String[] readDeclaredTypes() {
        try {
            @Nullable String[] types = new @Nullable String[columnCount()];
            for (int column = 0; column < types.length; column++) {
                types[column] = db.column_decltype(pointer, column);
            }
            return types;
        } catch (SQLException error) {
            throw NativeConnection.translate(error);
        }
    }

    @Override
    public int typeAt(int column) {
        try {
            return db.column_type(pointer, column);
        } catch (SQLException error) {
            throw NativeConnection.translate(error);
        }
    }

    @Override
    public long longAt(int column) {
        try {
            return db.column_long(pointer, column);
        } catch (SQLException error) {
            throw NativeConnection.translate(error);
        }
    }

    @Override
    public double doubleAt(int column) {
        try {
            return db.column_double(pointer, column);
        } catch (SQLException error) {
            throw NativeConnection.translate(error);
        }
    }

    /** By way of the bytes, which is faster than the library's own text where the database is UTF-8. */
    @Override
    public String textAt(int column) {
        try {
            if (!connection.isUtf8()) {
                return db.column_text(pointer, column);
            }
            byte[] bytes = db.column_blob(pointer, column);
            String text = new String(bytes, StandardCharsets.UTF_8);
            return text.indexOf(REPLACEMENT) < 0 ? text : strictText(bytes, column);
        } catch (SQLException error) {
            throw NativeConnection.translate(error);
        }
    }

    private static String strictText(byte[] bytes, int column) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException error) {
            throw new IllegalArgumentException(
                    "column " + column + " holds a text that is no valid UTF-8; read it as CAST(... AS BLOB)", error);
        }
    }

    @Override
    public byte[] bytesAt(int column) {
        try {
            return db.column_blob(pointer, column);
        } catch (SQLException error) {
            throw NativeConnection.translate(error);
        }
    }

    void close() {
        if (finalized) {
            return;
        }
        finalized = true;
        try {
            int repeated = statement.pointer.close();
            if (repeated != 0) {
                return;
            }
        } catch (SQLException error) {
            throw NativeConnection.translate(error);
        }
    }
}
