/**
 * What differs from database to database. A dialect decides parameter markers, quoting, how a transaction begins, how a
 * savepoint is written, how a running statement is stopped and whether rows are read in chunks. Everything else in the
 * toolkit is the same everywhere.
 *
 * <p>Reading order: {@link io.headrace.core.dialect.Dialect}, {@link io.headrace.core.dialect.Dialects},
 * {@link io.headrace.core.dialect.TransactionMode}, {@link io.headrace.core.dialect.RowLock}.
 */
@NullMarked
@CheckReturnValue
package io.headrace.core.dialect;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
