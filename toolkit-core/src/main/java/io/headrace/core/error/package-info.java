/**
 * What can go wrong, in words. Errors of the driver pass through as they are; errors of the toolkit extend one sealed
 * root. Values bound to statements never appear in a message.
 *
 * <p>Reading order: {@link io.headrace.core.error.SqlErrors}, {@link io.headrace.core.error.SqlErrorKind},
 * {@link io.headrace.core.error.DatabaseException} and its leaves.
 */
@NullMarked
@CheckReturnValue
package io.headrace.core.error;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
