package io.headrace.core.mapping;

import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;

/**
 * Makes a value of a row. Called on the driver's event loop, once per row and in order; must not block and must not keep
 * the row.
 *
 * @param <T> what a row becomes
 */
@FunctionalInterface
public interface RowMapper<T> {

    /** The value; never null. An error ends the result with that error. */
    T map(Row row, RowMetadata metadata);
}
