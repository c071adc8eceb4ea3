package io.headrace.core.mapping;

import io.r2dbc.spi.Row;
import org.jspecify.annotations.Nullable;

/** A row that was not read by a driver but by the toolkit, without loss, so that mappers need not go round the driver. */
public interface ExactRow extends Row {

    /** The value as the type that is its column's own; null for NULL. */
    @Nullable
    Object exactValue(int index);
}
