/** Measurements of Headrace and its peers in one process, as ratios. Not published. */
@NullMarked
package io.headrace.benchmarks;

import org.jspecify.annotations.NullMarked;
