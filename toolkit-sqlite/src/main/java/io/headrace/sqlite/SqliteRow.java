package io.headrace.sqlite;

import io.r2dbc.spi.Row;
import org.jspecify.annotations.Nullable;

/**
 * A row. One that reads straight from its statement can be read only inside of the function it was given to, on that
 * thread; a copied one always.
 */
final class SqliteRow implements Row {

    private final RowShape shape;
    private final ValueDecoder decoder;
    private @Nullable ColumnValues values;

    SqliteRow(RowShape shape, ValueDecoder decoder, ColumnValues values) {
        this.shape = shape;
        this.decoder = decoder;
        this.values = values;
    }

    /** The statement has gone on. */
    void expire() {
        values = null;
    }

    void expose(ColumnValues current) {
        values = current;
    }

    private ColumnValues current() {
        ColumnValues current = values;
        if (current == null) {
            throw new IllegalStateException(
                    "this row was read outside of the function that it was given to; read its columns inside of map");
        }
        return current;
    }

    @Override
    public RowShape getMetadata() {
        return shape;
    }

    @Override
    public @Nullable Object get(int index) {
        return decoder.decode(current(), index, shape.column(index));
    }

    @Override
    public @Nullable Object get(String name) {
        return get(shape.indexOf(name));
    }

    @Override
    public <T> @Nullable T get(int index, Class<T> type) {
        return decoder.decode(current(), index, shape.column(index), type);
    }

    @Override
    public <T> @Nullable T get(String name, Class<T> type) {
        return get(shape.indexOf(name), type);
    }
}
