package io.headrace.core.scan;

import io.r2dbc.spi.ColumnMetadata;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/**
 * How the rows of one scan are packed.
 *
 * @param metadata of the unpacked rows, the very object: mappers recognize it
 * @param names the columns in their order
 * @param types their types; null for one that we don't know by its number
 * @param indexes the first column of each name, in lower case
 */
record PackedLayout(RowMetadata metadata, List<String> names, List<PackedType> types, Map<String, Integer> indexes) {

    /** Numbers below belong to PostgreSQL itself. */
    private static final int FIRST_USER_TYPE = 16_384;

    /**
     * The layout of rows like these; null where they cannot be packed. Types of the database's own are taken for enums,
     * which has to be {@linkplain #userTypes checked}.
     */
    static @Nullable PackedLayout of(RowMetadata metadata, List<String> key) {
        List<String> names = new ArrayList<>();
        List<PackedType> types = new ArrayList<>();
        Map<String, Integer> indexes = new HashMap<>();
        for (ColumnMetadata column : metadata.getColumnMetadatas()) {
            PackedType type = typeOf(column);
            if (type == null || names.contains(column.getName())) {
                return null;
            }
            indexes.putIfAbsent(column.getName().toLowerCase(Locale.ROOT), names.size());
            names.add(column.getName());
            types.add(type);
        }
        for (int column : KeyReader.of(key, metadata).columns()) {
            if (!PackedTypes.hasDefault(types.get(column))) {
                return null;
            }
        }
        return new PackedLayout(metadata, List.copyOf(names), List.copyOf(types), Map.copyOf(indexes));
    }

    /** The numbers of the types that are not PostgreSQL's own. */
    static Long[] userTypes(RowMetadata metadata) {
        return metadata.getColumnMetadatas().stream()
                .map(PackedLayout::oid)
                .filter(oid -> oid >= FIRST_USER_TYPE)
                .distinct()
                .map(Integer::longValue)
                .toArray(Long[]::new);
    }

    /** Reads the one row of a packed page, detached from the driver. Emits one empty array for a page without rows. */
    Publisher<byte[][]> read(Result result) {
        return result.map((row, unused) -> arrays(row));
    }

    List<PackedColumn> columns(byte[][] arrays) {
        List<PackedColumn> columns = new ArrayList<>(arrays.length);
        for (int i = 0; i < arrays.length; i++) {
            columns.add(new PackedColumn(arrays[i], types.get(i)));
        }
        return columns;
    }

    private byte[][] arrays(Row row) {
        byte[][] arrays = new byte[names.size()][];
        for (int i = 0; i < arrays.length; i++) {
            byte[] array = row.get(i, byte[].class);
            if (array == null) {
                return new byte[0][];
            }
            arrays[i] = array;
        }
        return arrays;
    }

    private static @Nullable PackedType typeOf(ColumnMetadata column) {
        int oid = oid(column);
        return oid >= FIRST_USER_TYPE ? PackedTypes.TEXT : PackedType.of(oid);
    }

    private static int oid(ColumnMetadata column) {
        return column.getNativeTypeMetadata() instanceof Integer oid ? oid : 0;
    }
}
