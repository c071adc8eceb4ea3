/** How contenders are run in turn, measured and compared. */
@NullMarked
package io.headrace.benchmarks.harness;

import org.jspecify.annotations.NullMarked;
