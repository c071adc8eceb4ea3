package io.headrace.redis;

import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Reads the reply of {@link JobScripts#COUNT}. */
final class JobCounts {

    private static final int SLOTS = 7;
    private static final long SLOT_MILLIS = 10_000;
    private static final double MINUTE_SECONDS = 60;

    private final Map<String, Long> meta = new HashMap<>();
    private final long tick;

    private JobCounts(Response fields, long now) {
        for (int i = 0; i + 1 < fields.size(); i += 2) {
            meta.put(fields.get(i).toString(), Replies.number(fields.get(i + 1)));
        }
        this.tick = now / SLOT_MILLIS;
    }

    static JobQueueSnapshot of(Response reply) {
        JobCounts counts = new JobCounts(reply.get(6), Replies.number(reply.get(0)));
        return new JobQueueSnapshot(
                Replies.number(reply.get(1)),
                Replies.number(reply.get(2)),
                Replies.number(reply.get(3)),
                Replies.number(reply.get(4)),
                Duration.ofMillis(Math.max(0, Replies.number(reply.get(5)))),
                counts.meta.containsKey("paused"),
                new JobQueueSnapshot.Totals(
                        counts.total("enqueued"), counts.total("done"), counts.total("failed"), counts.total("dead")),
                counts.perSecond("enqueued"),
                counts.perSecond("done"),
                counts.perSecond("failed"));
    }

    private long total(String what) {
        return meta.getOrDefault(what, 0L);
    }

    /** Over the six slots before the current one, which is not full yet. */
    private double perSecond(String what) {
        long sum = 0;
        for (long past = tick - SLOTS + 1; past < tick; past++) {
            long slot = past % SLOTS;
            if (meta.getOrDefault("tick" + slot, -1L) == past) {
                sum += total(what + slot);
            }
        }
        return sum / MINUTE_SECONDS;
    }
}
