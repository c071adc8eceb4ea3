package io.headrace.redis;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what a listener throws away from the queue. */
record SafeJobListener(JobListener listener) implements JobListener {

    private static final Logger LOG = LoggerFactory.getLogger(SafeJobListener.class);

    @Override
    public void enqueued(String queue, int jobs) {
        safely(() -> listener.enqueued(queue, jobs));
    }

    @Override
    public void started(String queue, int attempt, Duration waited) {
        safely(() -> listener.started(queue, attempt, waited));
    }

    @Override
    public void ended(String queue, JobOutcome<?> outcome, Duration ran) {
        safely(() -> listener.ended(queue, outcome, ran));
    }

    private static void safely(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            LOG.warn("A listener of a job queue failed.", e);
        }
    }
}
