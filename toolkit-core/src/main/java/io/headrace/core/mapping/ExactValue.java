package io.headrace.core.mapping;

import org.jspecify.annotations.Nullable;

/**
 * What our codec inside the PostgreSQL driver made of a column that the driver itself reads wrongly or not at all.
 *
 * @param value the value; null where the result is in text form and the driver's own reading is right
 */
record ExactValue(@Nullable Object value) {

    static final ExactValue LEFT_TO_DRIVER = new ExactValue(null);
}
