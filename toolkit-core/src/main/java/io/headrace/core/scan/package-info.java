/**
 * Scans: whole tables and large results, read page by page in the order of a key. Each page is a short statement of its
 * own, so that a slow reader holds neither a connection nor a transaction, and a scan can go on where another one stopped.
 *
 * <p>Reading order: {@link io.headrace.core.scan.Scan}, {@link io.headrace.core.scan.ScanPage},
 * {@link io.headrace.core.scan.ScanKey}, {@link io.headrace.core.scan.ScanSource},
 * {@link io.headrace.core.scan.PageStatements}.
 */
@NullMarked
@CheckReturnValue
package io.headrace.core.scan;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
