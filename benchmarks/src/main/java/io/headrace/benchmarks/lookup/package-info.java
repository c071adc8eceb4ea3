/** Many callers read single rows by primary key. */
@NullMarked
package io.headrace.benchmarks.lookup;

import org.jspecify.annotations.NullMarked;
