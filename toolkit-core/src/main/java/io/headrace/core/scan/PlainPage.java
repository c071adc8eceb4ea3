package io.headrace.core.scan;

import io.headrace.core.error.MappingException;
import io.headrace.core.mapping.RowMapper;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A page row by row, mapped as the rows arrive. */
final class PlainPage<T> implements RawPage<T> {

    private final PageStart start;
    private final ScanSettings settings;
    private final RowMapper<T> mapper;
    private final List<T> rows = new ArrayList<>();
    private @Nullable KeyReader keys;
    private @Nullable RowMetadata metadata;
    private @Nullable ScanKey lastKey;
    private boolean last = true;

    PlainPage(PageStart start, ScanSettings settings, RowMapper<T> mapper) {
        this.start = start;
        this.settings = settings;
        this.mapper = mapper;
    }

    /** Takes one more row; the answer means nothing. */
    boolean add(Row row, RowMetadata description) {
        KeyReader reader = keys;
        if (reader == null || metadata != description) {
            reader = KeyReader.of(settings.key(), description);
            keys = reader;
            metadata = description;
        }
        long rowNumber = start.rowsBefore() + rows.size() + 1;
        ScanKey key = reader.read(row::get, rowNumber);
        if (rows.size() == settings.pageSize() && lastKey != null) {
            reader.requireDistinct(lastKey, key, rowNumber - 1);
            last = false;
            return true;
        }
        rows.add(mapped(mapper, row, description, rowNumber));
        lastKey = key;
        return true;
    }

    static <T> T mapped(RowMapper<T> mapper, Row row, RowMetadata metadata, long rowNumber) {
        try {
            return mapper.map(row, metadata);
        } catch (MappingException error) {
            throw error.atRow(rowNumber);
        }
    }

    /** What the rows look like; null where there were none. */
    @Nullable
    RowMetadata metadata() {
        return metadata;
    }

    @Override
    public PageStart start() {
        return start;
    }

    @Override
    public int size() {
        return rows.size();
    }

    @Override
    public @Nullable ScanKey lastKey() {
        return lastKey;
    }

    @Override
    public boolean last() {
        return last;
    }

    @Override
    public @Nullable ScanPage<T> unpack() {
        ScanKey key = lastKey;
        return key == null ? null : new ScanPage<>(start.number(), rows, key, last);
    }
}
