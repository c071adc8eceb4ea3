/** What a loan costs on each pool, and how long each pool takes to recover from a fault. */
@NullMarked
package io.headrace.benchmarks.pool;

import org.jspecify.annotations.NullMarked;
