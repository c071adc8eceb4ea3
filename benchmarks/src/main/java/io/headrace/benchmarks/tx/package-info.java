/** Transactions, and batches that skip their bad rows. */
@NullMarked
package io.headrace.benchmarks.tx;

import org.jspecify.annotations.NullMarked;
