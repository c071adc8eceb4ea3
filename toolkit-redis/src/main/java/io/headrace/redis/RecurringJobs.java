package io.headrace.redis;

import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** Enqueues recurring jobs of one queue. The server decides whose turn it is and what time it is. */
final class RecurringJobs<T> {

    /** A timer over hours would drift from the clock of the server. */
    private static final Duration LONGEST_SLEEP = Duration.ofMinutes(1);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final JobStore store;
    private final Function<T, byte[]> encoder;
    private final Timing timing;

    RecurringJobs(JobStore store, Function<T, byte[]> encoder, Timing timing) {
        this.store = store;
        this.encoder = encoder;
        this.timing = timing;
    }

    /** What the server knows: its time, and when the job was enqueued last. */
    private record State(Instant now, Optional<Instant> last, Optional<String> added) {

        static State of(Response reply) {
            long last = Replies.number(reply.get(1));
            return new State(
                    Instant.ofEpochMilli(Replies.number(reply.get(0))),
                    last < 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(last)),
                    reply.size() < 3
                            ? Optional.empty()
                            : Optional.of(reply.get(2).toString()));
        }
    }

    Flux<String> run(RecurringJob<T> job) {
        return Flux.defer(() -> {
            AtomicReference<@Nullable Instant> began = new AtomicReference<>();
            return ask(job, c -> c)
                    .flatMap(state -> step(job, state, began))
                    .retryWhen(Retry.backoff(Long.MAX_VALUE, FIRST_PAUSE)
                            .maxBackoff(LONGEST_PAUSE)
                            .filter(JobErrors::isPassing)
                            .scheduler(timing.scheduler()))
                    .repeat()
                    .takeUntil(Optional::isEmpty)
                    .flatMapIterable(
                            id -> id.filter(text -> !text.isEmpty()).stream().toList());
        });
    }

    /** One sleep or one job: emits its id, an empty text for none, or nothing when the schedule has ended. */
    private Mono<Optional<String>> step(RecurringJob<T> job, State state, AtomicReference<@Nullable Instant> began) {
        // a job that was never enqueued counts from the first look on
        began.compareAndSet(null, state.now());
        Instant now = state.now();
        Optional<Instant> next = job.schedule().next(state.last().orElse(Objects.requireNonNull(began.get())));
        if (next.isEmpty()) {
            return Mono.just(Optional.empty());
        }
        Instant moment = next.orElseThrow();
        Duration wait = Duration.between(now, moment);
        if (wait.compareTo(Duration.ZERO) > 0) {
            Duration sleep = wait.compareTo(LONGEST_SLEEP) < 0 ? wait : LONGEST_SLEEP;
            return Mono.delay(sleep, timing.scheduler()).thenReturn(Optional.of(""));
        }
        return add(job, moment).map(id -> Optional.of(id.orElse("")));
    }

    private Mono<Optional<String>> add(RecurringJob<T> job, Instant moment) {
        return Mono.defer(() -> {
            byte[] payload = encoder.apply(job.payload().apply(moment));
            return ask(job, c -> c.with(moment.toEpochMilli())
                            .with(job.options().priority().ordinal() + 1L)
                            .with(job.options().maxAttempts().orElse(0))
                            .with(job.options().encodedHeaders())
                            .with(payload))
                    .map(State::added);
        });
    }

    private Mono<State> ask(RecurringJob<T> job, UnaryOperator<RedisCommand> more) {
        return JobScripts.RECUR
                .run(
                        store.commands(),
                        store.keys().allAnd(List.of(store.keys().recurring())),
                        c -> more.apply(c.with(job.name())))
                .map(State::of);
    }
}
