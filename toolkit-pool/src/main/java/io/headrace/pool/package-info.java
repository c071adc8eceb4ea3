/** Placeholder. */
@NullMarked
@CheckReturnValue
package io.headrace.pool;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
