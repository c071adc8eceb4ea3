package io.headrace.redis;

import java.time.Duration;
import java.util.List;

/** What is to be recorded about a job that a consumer holds, as {@link JobLeaseScripts#SETTLE} takes it. */
interface JobEnd {

    int ERROR_LENGTH = 500;

    RedisCommand addTo(RedisCommand command);

    /** Adds all in their order, and those of the usual kind that follow one another as one. */
    static RedisCommand addAll(RedisCommand command, List<JobEnd> ends) {
        RedisCommand all = command;
        int start = 0;
        while (start < ends.size()) {
            int end = start + 1;
            if (ends.get(start) instanceof Done first) {
                while (end < ends.size() && ends.get(end) instanceof Done next && next.level() == first.level()) {
                    end++;
                }
                all = all.with("d").with(first.level()).with(end - start);
            }
            for (JobEnd one : ends.subList(start, end)) {
                all = one.addTo(all);
            }
            start = end;
        }
        return all;
    }

    static JobEnd done(JobEntry job) {
        return job.isNamedByEntry()
                ? new Done(job.level(), job.entry())
                : c -> start(c, "e", job).with(job.job());
    }

    /** The usual kind. */
    record Done(int level, String entry) implements JobEnd {

        @Override
        public RedisCommand addTo(RedisCommand command) {
            return command.with(entry);
        }
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
