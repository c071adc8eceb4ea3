package io.headrace.redis;

import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job as it lies in the stream, leased by this consumer.
 *
 * @param entry id of the stream entry, which changes with each attempt
 * @param job id of the job, which does not
 * @param attempt 1 for the first, lost leases included
 * @param payload encoded
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and the bytes are not shared
record JobEntry(String entry, String job, int attempt, byte[] payload) {

    /** From {@code [entry, [field, value, …], deliveries]}, the last absent for a first delivery. */
    static JobEntry of(Response reply) {
        String entry = reply.get(0).toString();
        Response fields = reply.get(1);
        long deliveries = reply.size() > 2 ? Replies.number(reply.get(2)) : 1;
        String job = entry;
        long attempt = 1;
        byte[] payload = {};
        for (int i = 0; i + 1 < fields.size(); i += 2) {
            Response value = fields.get(i + 1);
            switch (fields.get(i).toString()) {
                case "a" -> attempt = Replies.number(value);
                case "i" -> job = value.toString();
                case "p" -> payload = Replies.bytes(value);
                default -> {
                    // a later version may add fields
                }
            }
        }
        return new JobEntry(entry, job, Math.toIntExact(attempt + Math.max(0, deliveries - 1)), payload);
    }

    /** From the entries of one stream. */
    static List<JobEntry> all(@Nullable Response entries) {
        List<JobEntry> all = new ArrayList<>();
        if (entries != null) {
            for (Response entry : entries) {
                all.add(of(entry));
            }
        }
        return all;
    }
}
