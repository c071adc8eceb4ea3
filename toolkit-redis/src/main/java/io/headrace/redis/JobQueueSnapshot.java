package io.headrace.redis;

/**
 * What is in a {@link JobQueue} on the server at one moment, over all consumers of all processes.
 *
 * @param waiting to be fetched
 * @param delayed until their next attempt
 * @param inFlight leased by a consumer
 * @param dead kept as dead letters
 */
public record JobQueueSnapshot(long waiting, long delayed, long inFlight, long dead) {}
