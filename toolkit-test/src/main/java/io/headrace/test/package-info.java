/** Placeholder. */
@NullMarked
@CheckReturnValue
package io.headrace.test;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
