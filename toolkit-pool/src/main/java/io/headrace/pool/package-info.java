/**
 * A connection pool for any R2DBC driver, in which every phase is limited in time and every queue
 * in length. It is an R2DBC {@link io.r2dbc.spi.ConnectionFactory}, so that whatever runs on R2DBC runs on it unchanged.
 * A connection that comes back is known to be outside any transaction, or it is not lent again.
 *
 * <p>Read in this order: {@link io.headrace.pool.Pool}, {@link io.headrace.pool.PoolConfig},
 * {@link io.headrace.pool.PoolConfigBuilder}, {@link io.headrace.pool.PoolSnapshot},
 * {@link io.headrace.pool.PoolEvent}, {@link io.headrace.pool.PoolException}; {@link io.headrace.pool.RoutingPool} for a
 * primary with replicas.
 */
@NullMarked
@CheckReturnValue
package io.headrace.pool;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
