package io.headrace.redis;

import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.time.Duration;

/**
 * A job as it lies in a stream, leased by this consumer.
 *
 * @param level of its stream, from 1
 * @param entry id of the stream entry, which changes with each attempt
 * @param job id of the job, which does not
 * @param attempt 1 for the first
 * @param maxAttempts of its own, or 0
 * @param deliveries how often this attempt was handed out
 * @param fencing larger for each later holder
 * @param waited since the entry was added
 * @param headers encoded
 * @param payload encoded
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and the bytes are not shared
record JobEntry(
        int level,
        String entry,
        String job,
        int attempt,
        int maxAttempts,
        int deliveries,
        long fencing,
        Duration waited,
        byte[] headers,
        byte[] payload) {

    private static final byte[] NOTHING = {};
    private static final String LETTERS = "hnl";

    /** The content is the payload, or {@code [field, value, …]}. */
    static JobEntry of(int level, Response id, int deliveries, Response content, long now, long fencing) {
        String entry = id.toString();
        String job = nameOf(level, entry);
        Duration waited = Duration.ofMillis(Math.max(0, now - Long.parseLong(entry.substring(0, entry.indexOf('-')))));
        if (content.type() == ResponseType.BULK) {
            return new JobEntry(level, entry, job, 1, 0, deliveries, fencing, waited, NOTHING, Replies.bytes(content));
        }
        long attempt = 1;
        long maxAttempts = 0;
        byte[] headers = NOTHING;
        byte[] payload = NOTHING;
        for (int i = 0; i + 1 < content.size(); i += 2) {
            Response value = content.get(i + 1);
            switch (content.get(i).toString()) {
                case "a" -> attempt = Replies.number(value);
                case "i" -> job = value.toString();
                case "m" -> maxAttempts = Replies.number(value);
                case "h" -> headers = Replies.bytes(value);
                case "p" -> payload = Replies.bytes(value);
                default -> {
                    // a later version may add fields
                }
            }
        }
        return new JobEntry(
                level,
                entry,
                job,
                Math.toIntExact(attempt),
                Math.toIntExact(maxAttempts),
                deliveries,
                fencing,
                waited,
                headers,
                payload);
    }

    private static String nameOf(int level, String entry) {
        return entry + LETTERS.charAt(level - 1);
    }

    /** Whether the script knows the id of the job without being told: neither delayed nor tried before. */
    boolean isNamedByEntry() {
        return job.equals(nameOf(level, entry));
    }

    /** What tells it from all other entries of the queue; ids are unique within a stream only. */
    String place() {
        return level + ":" + entry;
    }
}
