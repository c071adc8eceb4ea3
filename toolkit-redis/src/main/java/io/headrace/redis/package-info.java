/** Placeholder. */
@NullMarked
@CheckReturnValue
package io.headrace.redis;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
