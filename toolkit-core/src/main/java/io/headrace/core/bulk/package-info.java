/**
 * Many rows in, fast. Records are encoded into PostgreSQL's binary COPY format and sent in bounded pieces, one
 * acknowledged before the next is built, so that a slow server slows the source. Counts are exact and a failed bulk
 * leaves nothing behind.
 *
 * <p>Reading order: {@link io.headrace.core.bulk.Bulk}, {@link io.headrace.core.bulk.BulkResult}.
 */
@NullMarked
@CheckReturnValue
package io.headrace.core.bulk;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
