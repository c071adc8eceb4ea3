package io.headrace.redis;

import org.jspecify.annotations.Nullable;

/**
 * A message as it came.
 *
 * @param channel on which it was published
 * @param pattern by which it was subscribed, or null
 * @param payload not decoded yet
 */
record Incoming(String channel, @Nullable String pattern, byte[] payload) {}
