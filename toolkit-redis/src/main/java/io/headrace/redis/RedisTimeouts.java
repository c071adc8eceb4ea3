package io.headrace.redis;

import java.time.Duration;

/**
 * The time limits of one channel.
 *
 * @param connect of one attempt to connect
 * @param command from subscription to reply
 */
record RedisTimeouts(Duration connect, Duration command) {}
