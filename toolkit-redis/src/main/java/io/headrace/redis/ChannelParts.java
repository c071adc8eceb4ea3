package io.headrace.redis;

import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * What a channel is made of.
 *
 * @param opener opens its connections, to be called on the event loop
 * @param failures words its errors
 * @param timing tells the time
 * @param backoff between attempts to connect
 * @param limit of a command that has none of its own; for longer no written command may be without a reply
 * @param maxWaiting commands that are not written
 * @param maxInFlight commands that are written and have no reply
 */
record ChannelParts(
        Supplier<CompletionStage<Link>> opener,
        Failures failures,
        Timing timing,
        Backoff backoff,
        CommandLimit limit,
        int maxWaiting,
        int maxInFlight) {}
