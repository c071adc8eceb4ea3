/** What it costs to make records of rows. */
@NullMarked
package io.headrace.benchmarks.mapping;

import org.jspecify.annotations.NullMarked;
