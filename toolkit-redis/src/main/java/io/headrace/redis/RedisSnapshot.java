package io.headrace.redis;

/**
 * The connections of a toolkit at one moment.
 *
 * @param connections open now, those for subscriptions and blocking reads included
 * @param waitingCommands accepted and not written yet
 */
public record RedisSnapshot(int connections, int waitingCommands) {}
