package io.headrace.sqlite;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r2dbc.spi.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** A statement, or several in one text. Not for several threads at a time. */
final class SqliteStatement implements Statement {

    private final SqliteSession session;
    private final SqlText text;
    private final Bindings bindings;
    private @Nullable String returning;

    SqliteStatement(SqliteSession session, SqlText text) {
        this.session = session;
        this.text = text;
        this.bindings = new Bindings(text);
    }

    @Override
    @CanIgnoreReturnValue
    public SqliteStatement add() {
        bindings.add();
        return this;
    }

    @Override
    @CanIgnoreReturnValue
    public SqliteStatement bind(int index, Object value) {
        bindings.bind(index, session.encoder().encode(required(value, "value")));
        return this;
    }

    @Override
    @CanIgnoreReturnValue
    public SqliteStatement bind(String name, Object value) {
        return bind(text.indexOf(required(name, "name")), value);
    }

    @Override
    @CanIgnoreReturnValue
    public SqliteStatement bindNull(int index, Class<?> type) {
        Class<?> unused = required(type, "type");
        bindings.bind(index, null);
        return this;
    }

    @Override
    @CanIgnoreReturnValue
    public SqliteStatement bindNull(String name, Class<?> type) {
        return bindNull(text.indexOf(required(name, "name")), type);
    }

    private static <T> T required(@Nullable T argument, String name) {
        if (argument == null) {
            throw new IllegalArgumentException(name + " must not be null; use bindNull for NULL");
        }
        return argument;
    }

    /** Rows are never fetched ahead of demand, so there is nothing to be set. */
    @Override
    @CanIgnoreReturnValue
    public SqliteStatement fetchSize(int rows) {
        if (rows < 0) {
            throw new IllegalArgumentException("fetchSize must be 0 or more, was " + rows);
        }
        return this;
    }

    @Override
    @CanIgnoreReturnValue
    public SqliteStatement returnGeneratedValues(String... columns) {
        for (String column : required(columns, "columns")) {
            String unused = required(column, "column");
        }
        if (text.pieces().size() != 1 || text.pieces().get(0).kind() != StatementKind.CHANGE) {
            throw new IllegalStateException(
                    "generated values come from one INSERT, UPDATE or DELETE; read them with a statement of its own");
        }
        List<String> quoted = new ArrayList<>();
        for (String column : columns) {
            quoted.add(Identifiers.quote(column));
        }
        returning = quoted.isEmpty() ? " RETURNING *" : " RETURNING " + String.join(", ", quoted);
        return this;
    }

    @Override
    public Flux<SqliteResult> execute() {
        List<@Nullable Object[]> values = bindings.finish();
        if (Lobs.anyIn(values)) {
            return Lobs.collect(values).flatMapMany(collected -> run(collected));
        }
        return run(values);
    }

    private Flux<SqliteResult> run(List<@Nullable Object[]> values) {
        List<Unit> units = new ArrayList<>(values.size() * text.pieces().size());
        for (@Nullable Object[] binding : values) {
            for (SqlPiece piece : text.pieces()) {
                units.add(unit(piece, binding));
            }
        }
        return new ExecuteFlux(session, units);
    }

    private Unit unit(SqlPiece piece, @Nullable Object[] binding) {
        List<Integer> places = piece.parameters();
        @Nullable Object[] values = new @Nullable Object[places.size()];
        for (int index = 0; index < values.length; index++) {
            int place = places.get(index);
            values[index] = place < 0 ? null : binding[place];
        }
        String clause = returning;
        return new Unit(clause == null ? piece : piece.withText(piece.text() + clause), values);
    }
}
