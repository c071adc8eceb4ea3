/** A large result in a small heap. */
@NullMarked
package io.headrace.benchmarks.heap;

import org.jspecify.annotations.NullMarked;
