/** Placeholder. */
@NullMarked
@CheckReturnValue
package io.headrace.tx;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
