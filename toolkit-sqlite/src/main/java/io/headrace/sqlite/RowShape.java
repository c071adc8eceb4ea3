package io.headrace.sqlite;

import io.r2dbc.spi.RowMetadata;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The columns of a result. Names are found whatever their case, the first of several that are the same. */
final class RowShape implements RowMetadata {

    private final List<String> names;
    private final List<SqliteColumnMetadata> columns;
    private final boolean decimals;
    private @Nullable Map<String, Integer> indexes;

    private RowShape(List<String> names, List<SqliteColumnMetadata> columns) {
        this.names = names;
        this.columns = columns;
        this.decimals = columns.stream().anyMatch(DecimalColumns::isDecimal);
    }

    static RowShape of(List<String> names, @Nullable String[] declared) {
        List<SqliteColumnMetadata> columns = new ArrayList<>(names.size());
        for (int column = 0; column < names.size(); column++) {
            columns.add(new SqliteColumnMetadata(
                    names.get(column), declared[column], SqliteType.ofDeclared(declared[column])));
        }
        return new RowShape(names, List.copyOf(columns));
    }

    /** Whether a column promises digits that SQLite does not keep. */
    boolean hasDecimals() {
        return decimals;
    }

    int size() {
        return columns.size();
    }

    List<String> names() {
        return names;
    }

    SqliteColumnMetadata column(int index) {
        if (index < 0 || index >= columns.size()) {
            throw new IndexOutOfBoundsException("there is no column " + index + "; the row has " + columns.size());
        }
        return columns.get(index);
    }

    int indexOf(String name) {
        Integer index = find(name);
        if (index == null) {
            throw new NoSuchElementException("there is no column '" + name + "'; the row has " + names);
        }
        return index;
    }

    private @Nullable Integer find(String name) {
        Map<String, Integer> known = indexes;
        if (known == null) {
            known = new HashMap<>();
            for (int column = 0; column < names.size(); column++) {
                known.putIfAbsent(names.get(column).toLowerCase(Locale.ROOT), column);
            }
            indexes = known;
        }
        return known.get(name.toLowerCase(Locale.ROOT));
    }

    @Override
    public SqliteColumnMetadata getColumnMetadata(int index) {
        return column(index);
    }

    @Override
    public SqliteColumnMetadata getColumnMetadata(String name) {
        return column(indexOf(name));
    }

    @Override
    public List<SqliteColumnMetadata> getColumnMetadatas() {
        return columns;
    }

    @Override
    public boolean contains(String columnName) {
        return find(columnName) != null;
    }
}
