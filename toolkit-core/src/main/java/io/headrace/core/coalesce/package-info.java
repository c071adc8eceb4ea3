/**
 * Many callers, few statements. Reads by key and inserts of single rows that arrive while a batch is in flight are
 * gathered and sent together as the next one; an idle loader or writer sends at once and never waits for company. Each
 * caller gets what it would have got alone.
 *
 * <p>Reading order: {@link io.headrace.core.coalesce.Loader}, {@link io.headrace.core.coalesce.LoaderConfig},
 * {@link io.headrace.core.coalesce.Writer}, {@link io.headrace.core.coalesce.WriterConfig}.
 */
@NullMarked
@CheckReturnValue
package io.headrace.core.coalesce;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
