/** Many rows are written and read. */
@NullMarked
package io.headrace.benchmarks.rows;

import org.jspecify.annotations.NullMarked;
