/**
 * Transactions and savepoints as Reactor operators. A publisher is given a transaction by {@code transform(tx.required())};
 * completion commits, an error rolls back, a cancel stops the server's work and rolls back. A batch keeps its good items
 * and reports the bad ones by partial rollback.
 *
 * <p>Reading order: {@link io.headrace.tx.Transactions}, {@link io.headrace.tx.TransactionOptions},
 * {@link io.headrace.tx.Propagation}, {@link io.headrace.tx.RetryConfig}, {@link io.headrace.tx.TransactionLocks},
 * {@link io.headrace.tx.TransactionListener}, {@link io.headrace.tx.Attempt}, {@link io.headrace.tx.AttemptOptions},
 * {@link io.headrace.tx.AttemptStrategy}, {@link io.headrace.tx.BulkAttempt}, {@link io.headrace.tx.Trial},
 * {@link io.headrace.tx.TransactionException}.
 */
@NullMarked
@CheckReturnValue
package io.headrace.tx;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
