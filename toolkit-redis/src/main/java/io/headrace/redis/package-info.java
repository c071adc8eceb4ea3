/**
 * Redis for reactive programs: one multiplexed connection, typed values, a cache and a reliable job queue. Commands
 * share a pipelined connection, every one has a deadline, and one that was written is never repeated behind your back.
 * Nothing of the client library below shows through.
 *
 * <p>Read {@link io.headrace.redis.RedisToolkit} first, then {@link io.headrace.redis.KeyValueStore},
 * {@link io.headrace.redis.Cache}, {@link io.headrace.redis.JobQueue}, {@link io.headrace.redis.Codec}, {@link io.headrace.redis.RedisConfig} and
 * {@link io.headrace.redis.RedisException}.
 */
@NullMarked
@CheckReturnValue
package io.headrace.redis;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
