package io.headrace.redis;

import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a fetch gave.
 *
 * @param jobs leased by this consumer now
 * @param paused whether the queue hands nothing out
 * @param next until the first delayed job is due
 * @param places the entries of the streams and of the wake-up stream behind which to wait; empty when there were jobs
 */
record JobFetch(List<JobEntry> jobs, boolean paused, Optional<Duration> next, List<String> places) {

    static JobFetch of(Response reply) {
        long now = Replies.number(reply.get(0));
        long next = Replies.number(reply.get(2));
        long fencing = Replies.number(reply.get(3));
        List<JobEntry> jobs = new ArrayList<>();
        for (Response job : reply.get(4)) {
            jobs.add(JobEntry.of(job, now, fencing + jobs.size()));
        }
        return new JobFetch(
                jobs,
                Replies.number(reply.get(1)) == 1,
                next < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(next)),
                reply.get(5).stream().map(Response::toString).toList());
    }
}
