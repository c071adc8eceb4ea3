/** SQLite by our driver, by sqlite-jdbc and by Python, and H2 beside it. */
@NullMarked
package io.headrace.benchmarks.sqlite;

import org.jspecify.annotations.NullMarked;
