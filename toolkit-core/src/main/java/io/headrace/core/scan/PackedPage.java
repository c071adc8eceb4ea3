package io.headrace.core.scan;

import io.headrace.core.mapping.RowMapper;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A page as one array per column, mapped when it is asked for. */
final class PackedPage<T> implements RawPage<T> {

    private final PageStart start;
    private final PackedLayout layout;
    private final byte[][] arrays;
    private final RowMapper<T> mapper;
    private final int size;
    private final boolean last;
    private final @Nullable ScanKey lastKey;

    PackedPage(PageStart start, ScanSettings settings, PackedLayout layout, byte[][] arrays, RowMapper<T> mapper) {
        this.start = start;
        this.layout = layout;
        this.arrays = arrays;
        this.mapper = mapper;
        int rows = arrays.length == 0 ? 0 : layout.columns(arrays).get(0).size();
        this.size = Math.min(rows, settings.pageSize());
        this.last = rows <= settings.pageSize();
        this.lastKey = size == 0 ? null : keyAtTheEnd(KeyReader.of(settings.key(), layout.metadata()));
    }

    private ScanKey keyAtTheEnd(KeyReader keys) {
        List<PackedColumn> columns = layout.columns(arrays);
        long rowNumber = start.rowsBefore() + size;
        ScanKey key = keys.read(column -> columns.get(column).get(size - 1, Object.class), rowNumber);
        if (!last) {
            ScanKey next = keys.read(column -> columns.get(column).get(size, Object.class), rowNumber + 1);
            keys.requireDistinct(key, next, rowNumber);
        }
        return key;
    }

    @Override
    public @Nullable ScanPage<T> unpack() {
        ScanKey key = lastKey;
        if (key == null) {
            return null;
        }
        PackedRow row = new PackedRow(layout, layout.columns(arrays));
        List<T> rows = new ArrayList<>(size);
        try {
            for (int i = 1; i <= size && !row.refused(); i++) {
                rows.add(PlainPage.mapped(mapper, row.next(), layout.metadata(), start.rowsBefore() + i));
            }
        } catch (RuntimeException error) {
            // Whatever a mapper made of the refusal.
            if (!row.refused()) {
                throw error;
            }
        }
        return row.refused() ? null : new ScanPage<>(start.number(), rows, key, last);
    }

    @Override
    public PageStart start() {
        return start;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public @Nullable ScanKey lastKey() {
        return lastKey;
    }

    @Override
    public boolean last() {
        return last;
    }
}
