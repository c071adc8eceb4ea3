package io.headrace.redis;

import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What a fetch gave.
 *
 * @param jobs leased by this consumer now
 * @param paused whether the queue hands nothing out
 * @param next until the first delayed job is due
 * @param places the entries of the streams and of the wake-up stream behind which to wait; empty when there were jobs
 * @param left what a look for lost leases found and did not take
 */
record JobFetch(List<JobEntry> jobs, boolean paused, Optional<Duration> next, List<String> places, Left left) {

    /** Jobs whose leases ran out, which are to be taken over as soon as there is room. */
    enum Left {
        NOTHING,
        /** Each waits until its consumer holds no other suspect. */
        SUSPECTS,
        OTHERS;

        boolean isFor(BooleanSupplier takesSuspect) {
            return this == OTHERS || (this == SUSPECTS && takesSuspect.getAsBoolean());
        }
    }

    static JobFetch of(Response reply) {
        long now = Replies.number(reply.get(0));
        long next = Replies.number(reply.get(2));
        long fencing = Replies.number(reply.get(3));
        List<JobEntry> jobs = new ArrayList<>();
        Response lost = reply.get(4);
        for (int i = 0; i + 3 < lost.size(); i += 4) {
            int level = Math.toIntExact(Replies.number(lost.get(i)));
            int deliveries = Math.toIntExact(Replies.number(lost.get(i + 2)));
            jobs.add(JobEntry.of(level, lost.get(i + 1), deliveries, lost.get(i + 3), now, fencing + jobs.size()));
        }
        for (int level = 1; level <= reply.get(5).size(); level++) {
            Response fresh = reply.get(5).get(level - 1);
            for (int i = 0; i + 1 < fresh.size(); i += 2) {
                jobs.add(JobEntry.of(level, fresh.get(i), 1, fresh.get(i + 1), now, fencing + jobs.size()));
            }
        }
        return new JobFetch(
                jobs,
                Replies.number(reply.get(1)) == 1,
                next < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(next)),
                reply.get(6).stream().map(Response::toString).toList(),
                Left.values()[Math.toIntExact(Replies.number(reply.get(7)))]);
    }
}
