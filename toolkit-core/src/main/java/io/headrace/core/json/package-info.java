/**
 * JSON as a column type: a small codec interface, and Jackson 3 behind it where that is on the class path.
 *
 * <p>Reading order: {@link io.headrace.core.json.JsonCodec}, {@link io.headrace.core.json.Json},
 * {@link io.headrace.core.json.JacksonJsonCodec}.
 */
@NullMarked
@CheckReturnValue
package io.headrace.core.json;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
