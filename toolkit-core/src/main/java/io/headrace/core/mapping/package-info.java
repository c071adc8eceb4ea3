/**
 * Rows to records. Columns are matched to record components by name, once per result shape, and read by position from
 * then on. Scalars and maps are mapped too, and any other shape by a function.
 *
 * <p>Reading order: {@link io.headrace.core.mapping.RowMapper}, {@link io.headrace.core.mapping.RowMappers},
 * {@link io.headrace.core.mapping.Column}, {@link io.headrace.core.mapping.JsonColumn},
 * {@link io.headrace.core.mapping.Converter}, {@link io.headrace.core.mapping.ParameterValues}.
 */
@NullMarked
@CheckReturnValue
package io.headrace.core.mapping;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
