/**
 * Named parameters. A text is scanned once into literal parts and parameter names, then rendered with the markers of the
 * driver at hand. The scanner knows PostgreSQL's literals, comments, casts and operators, and the result is cached.
 *
 * <p>Reading order: {@link io.headrace.core.sql.NamedSql}, {@link io.headrace.core.sql.SqlTextCache}.
 */
@NullMarked
@CheckReturnValue
package io.headrace.core.sql;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
