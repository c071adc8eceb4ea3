package io.headrace.redis;

/**
 * A job as its handler sees it.
 *
 * @param id given by {@link JobQueue#enqueue}; the same over all attempts
 * @param payload decoded
 * @param attempt 1 for the first; a lease that ran out counts as an attempt
 * @param <T> the type of the payload
 */
public record Job<T>(String id, T payload, int attempt) {}
