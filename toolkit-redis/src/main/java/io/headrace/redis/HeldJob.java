package io.headrace.redis;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/**
 * One job that a consumer holds. Except for {@code deadline} its state is confined to the {@link Serial} of the consumer;
 * {@code settling} once its handler has ended or is no longer wanted.
 */
final class HeldJob<T> {

    final JobEntry entry;
    final Disposable.Swap handler = Disposables.swap();

    @Nullable
    Job<T> job;

    boolean settling;
    long started;

    /** Until when the server gives the job to nobody else, as far as was confirmed. */
    long validUntil;

    volatile long deadline;

    HeldJob(JobEntry entry, long validUntil) {
        this.entry = entry;
        this.validUntil = validUntil;
        this.deadline = Long.MAX_VALUE;
    }

    Optional<Job<T>> job() {
        return Optional.ofNullable(job);
    }

    /** When something is to be done about it, unless it ends before. */
    long due() {
        return Math.min(validUntil, deadline);
    }

    /** What the handler sees. */
    record View<T>(
            HeldJob<T> held,
            T payload,
            Map<String, String> headers,
            JobWork<T> work,
            BiFunction<HeldJob<T>, Duration, Mono<Void>> extension)
            implements Job<T> {

        @Override
        public String id() {
            return held.entry.job();
        }

        @Override
        public int attempt() {
            return held.entry.attempt();
        }

        @Override
        public int delivery() {
            return held.entry.deliveries();
        }

        @Override
        public long fencing() {
            return held.entry.fencing();
        }

        @Override
        public Duration timeLeft() {
            return Duration.ofNanos(Math.max(0, held.deadline - work.timing().nanos()));
        }

        @Override
        public Mono<Void> extend(Duration time) {
            return extension.apply(held, Settings.positive("time", time));
        }

        @Override
        public Mono<Void> progress(long done, long total) {
            if (done < 0 || total < done) {
                throw new IllegalArgumentException(
                        "The progress of a job must be from 0 to its total but is " + done + " of " + total + ".");
            }
            return work.store().progress(id(), done, total);
        }

        @Override
        public String toString() {
            return "Job[id=" + id() + ", attempt=" + attempt() + ", delivery=" + delivery() + "]";
        }
    }
}
