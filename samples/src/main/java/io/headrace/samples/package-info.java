/** What the samples share. Each sample is a package below this one, with a main class. */
@NullMarked
@CheckReturnValue
package io.headrace.samples;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
