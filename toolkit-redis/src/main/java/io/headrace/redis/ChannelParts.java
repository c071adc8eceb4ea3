package io.headrace.redis;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * What a channel is made of.
 *
 * @param opener opens its connections, to be called on the event loop
 * @param failures words its errors
 * @param timing tells the time
 * @param backoff between attempts to connect
 * @param commandTimeout from the subscription to the reply
 * @param maxWaiting commands that are not written
 * @param maxInFlight commands that are written and have no reply
 */
record ChannelParts(
        Supplier<CompletionStage<Link>> opener,
        Failures failures,
        Timing timing,
        Backoff backoff,
        Duration commandTimeout,
        int maxWaiting,
        int maxInFlight) {}
