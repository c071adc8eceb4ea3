/**
 * Redis for reactive programs: a few multiplexed connections, typed values, a cache, a reliable job queue, publish
 * and subscribe. Commands
 * share pipelined connections, every one has a deadline, and a write is never repeated behind your back.
 * Nothing of the client library below shows through.
 *
 * <p>Read {@link io.headrace.redis.RedisToolkit} first, then {@link io.headrace.redis.KeyValueStore},
 * {@link io.headrace.redis.Cache}, {@link io.headrace.redis.JobQueue}, {@link io.headrace.redis.PubSub}, {@link io.headrace.redis.Codec}, {@link io.headrace.redis.RedisConfig} and
 * {@link io.headrace.redis.RedisException}.
 */
@NullMarked
@CheckReturnValue
package io.headrace.redis;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
