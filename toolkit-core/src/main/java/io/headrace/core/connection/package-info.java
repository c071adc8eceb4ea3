/**
 * Whose connection a statement runs on, and how it comes back. A session is one connection for as long as one scope holds
 * it; statements on it are tracked and never cancelled in the driver. A transaction binds its session into Reactor's
 * context, and every statement subscribed under that context runs on it.
 *
 * <p>Reading order: {@link io.headrace.core.connection.Sessions}, {@link io.headrace.core.connection.Session},
 * {@link io.headrace.core.connection.Scope}, {@link io.headrace.core.connection.ScopeEnds},
 * {@link io.headrace.core.connection.AccessMode}.
 */
@NullMarked
@CheckReturnValue
package io.headrace.core.connection;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
