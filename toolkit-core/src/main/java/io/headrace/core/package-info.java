/**
 * The SQL client: say it in SQL, get records. A statement is described by an immutable value and does nothing until its
 * publisher is subscribed; rows are read in chunks on demand, and a statement that is cut off is stopped on the server
 * and drained, never abandoned. It works on any R2DBC {@code ConnectionFactory} and knows PostgreSQL best.
 *
 * <p>Reading order: {@link io.headrace.core.Database}, {@link io.headrace.core.SqlStatement},
 * {@link io.headrace.core.Query}, {@link io.headrace.core.Partition}, {@link io.headrace.core.DatabaseConfig}.
 */
@NullMarked
@CheckReturnValue
package io.headrace.core;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
