package io.headrace.redis;

/**
 * What a channel is made of.
 *
 * @param opener opens its connections
 * @param failures words its errors
 * @param timing tells the time
 * @param backoff between attempts to connect
 * @param timeouts of connecting and of each command
 * @param maxWaiting commands that are not written
 * @param maxInFlight commands that are written and have no reply
 */
record ChannelParts(
        LinkOpener opener,
        Failures failures,
        Timing timing,
        Backoff backoff,
        RedisTimeouts timeouts,
        int maxWaiting,
        int maxInFlight) {}
