package io.headrace.redis;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A job that will not be tried again unless somebody asks for it.
 *
 * @param entry what {@link JobQueue#requeue(DeadLetter)} finds it by
 * @param id of the job
 * @param payload empty when it cannot be decoded
 * @param priority of the job
 * @param attempt the last one
 * @param deliveries how often the last attempt was handed out
 * @param error what ended it: the class and the message, at most 500 characters
 * @param headers of the job
 * @param diedAt when, by the clock of the server
 * @param <T> the type of the payload
 */
public record DeadLetter<T>(
        String entry,
        String id,
        Optional<T> payload,
        JobPriority priority,
        int attempt,
        int deliveries,
        String error,
        Map<String, String> headers,
        Instant diedAt) {}
