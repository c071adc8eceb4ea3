package io.headrace.redis;

import java.time.Duration;

/** What is to be recorded about a job that a consumer holds, as {@link JobLeaseScripts#SETTLE} takes it. */
interface JobEnd {

    int ERROR_LENGTH = 500;

    RedisCommand addTo(RedisCommand command);

    static JobEnd done(JobEntry job) {
        return c -> start(c, "d", job).with(job.job());
    }

    static JobEnd again(JobEntry job, Duration delay) {
        return c -> start(c, "r", job).with(job.attempt() + 1L).with(delay.toMillis());
    }

    static JobEnd dead(JobEntry job, Throwable error, int limit) {
        String text = String.valueOf(error);
        String shown = text.length() <= ERROR_LENGTH ? text : text.substring(0, ERROR_LENGTH);
        return c -> start(c, "x", job)
                .with(job.job())
                .with(job.attempt())
                .with(job.deliveries())
                .with(shown)
                .with(limit);
    }

    /** Back for any consumer, with the same attempt. */
    static JobEnd handedBack(JobEntry job) {
        return c -> start(c, "h", job).with(job.attempt());
    }

    private static RedisCommand start(RedisCommand command, String kind, JobEntry job) {
        return command.with(kind).with(job.level()).with(job.entry());
    }
}
