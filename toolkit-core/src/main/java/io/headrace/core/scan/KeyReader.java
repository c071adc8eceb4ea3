package io.headrace.core.scan;

import io.headrace.core.error.ScanException;
import io.r2dbc.spi.ColumnMetadata;
import io.r2dbc.spi.RowMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Finds the key in rows of one shape, and refuses keys that a scan would lose rows by. */
final class KeyReader {

    private final List<String> names;
    private final int[] columns;

    private KeyReader(List<String> names, int[] columns) {
        this.names = names;
        this.columns = columns;
    }

    static KeyReader of(List<String> names, RowMetadata metadata) {
        List<? extends ColumnMetadata> present = metadata.getColumnMetadatas();
        int[] columns = new int[names.size()];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = position(names.get(i), present);
        }
        return new KeyReader(names, columns);
    }

    int[] columns() {
        return columns;
    }

    /** The key of a row whose columns this function reads. */
    ScanKey read(IntFunction<@Nullable Object> row, long rowNumber) {
        List<Object> values = new ArrayList<>(columns.length);
        for (int i = 0; i < columns.length; i++) {
            Object value = row.apply(columns[i]);
            if (value == null) {
                throw new ScanException(
                        "row " + rowNumber + ": key column '" + names.get(i) + "' is NULL" + nullAdvice());
            }
            values.add(value);
        }
        return new ScanKey(values);
    }

    /** A page ends between these two rows, so the next one would begin behind both where they are equal. */
    void requireDistinct(ScanKey last, ScanKey next, long rowNumber) {
        boolean equal = true;
        for (int i = 0; i < columns.length && equal; i++) {
            equal = same(last.values().get(i), next.values().get(i));
        }
        if (equal) {
            throw new ScanException("rows " + rowNumber + " and " + (rowNumber + 1) + " have the same key " + names
                    + ", so a page that ends between them would lose one; add columns that make the key unique");
        }
    }

    static String nullAdvice() {
        return ", and rows without a key cannot be paged by it; exclude them in the statement or take columns that are"
                + " NOT NULL";
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static boolean same(Object first, Object second) {
        return first instanceof Comparable comparable && first.getClass() == second.getClass()
                ? comparable.compareTo(second) == 0
                : first.equals(second);
    }

    private static int position(String name, List<? extends ColumnMetadata> present) {
        for (int i = 0; i < present.size(); i++) {
            if (present.get(i).getName().equalsIgnoreCase(name)) {
                return i;
            }
        }
        throw new ScanException("the result has no key column '" + name + "'; it has "
                + present.stream().map(ColumnMetadata::getName).toList() + ". Select it as well");
    }
}
