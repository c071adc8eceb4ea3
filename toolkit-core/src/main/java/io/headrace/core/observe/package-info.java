/**
 * What can be seen of a statement from outside: its label in messages, the events of its life for listeners, the slow
 * statement log and the adapter to Micrometer Observation. Bound values appear in none of them.
 *
 * <p>Reading order: {@link io.headrace.core.observe.StatementListener}, {@link io.headrace.core.observe.StatementObserver},
 * {@link io.headrace.core.observe.StatementEnd}, {@link io.headrace.core.observe.MicrometerStatementListener}.
 */
@NullMarked
@CheckReturnValue
package io.headrace.core.observe;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
