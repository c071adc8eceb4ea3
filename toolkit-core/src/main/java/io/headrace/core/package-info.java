/** Placeholder. */
@NullMarked
@CheckReturnValue
package io.headrace.core;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
