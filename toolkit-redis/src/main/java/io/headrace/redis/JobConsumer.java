package io.headrace.redis;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;

/** One subscription to the outcomes of a queue. */
final class JobConsumer<T> implements Subscription, JobReader.Listener {

    /*
     * All state is confined to the serial: demand, jobs read, results, timers, cancel and close are tasks on it, and so
     * are the signals downstream. Each job that is held has one unit of demand set aside for its outcome.
     *
     * Ending has three steps. Draining (close of the toolkit): no more reads, handlers go on. Releasing (cancel, refusal
     * by the server, end of the drain time): handlers are cancelled and jobs handed back. Finished, when nothing is held
     * and no fetch is under way: a fetch is never abandoned, since the server may be leasing jobs to it right now.
     */

    private enum Phase {
        RUNNING,
        DRAINING,
        RELEASING,
        FINISHED
    }

    private final JobWork<T> work;
    private final CoreSubscriber<? super JobOutcome<T>> downstream;
    private final String name;
    private final Channel blocking;
    private final Serial serial = new Serial();
    private final JobRunner<T> runner;
    private final JobReader reader;
    private final Consumer<JobConsumer<T>> onEnd;
    private final Supplier<Mono<Void>> onToolkitClose;
    private final Disposable.Swap drainTimer = Disposables.swap();
    private final Sinks.Empty<Void> ended = Sinks.empty();
    private Phase phase = Phase.RUNNING;
    private @Nullable Throwable failure;
    private long demand;
    private boolean cancelled;
    private boolean advancing;

    JobConsumer(JobWork<T> work, CoreSubscriber<? super JobOutcome<T>> downstream, Consumer<JobConsumer<T>> onEnd) {
        this.work = work;
        this.onEnd = onEnd;
        this.onToolkitClose = () -> close(work.closeTimeout());
        this.downstream = downstream;
        this.name = "consumer-" + work.timing().token();
        this.blocking = work.connections().blocking(work.longestBlock());
        this.runner =
                new JobRunner<>(work, name, serial, downstream.currentContext(), this::jobEnded, this::advanceSoon);
        this.reader = new JobReader(work, blocking, name, serial, this);
    }

    void begin() {
        boolean open = work.connections().register(onToolkitClose);
        downstream.onSubscribe(this);
        serial.run(() -> {
            if (!open) {
                failure = work.connections()
                        .closedFor("the consumer of " + work.store().name());
                release();
            } else if (phase == Phase.RUNNING) {
                runner.beatEvery(work.beat());
                advance();
            }
        });
    }

    @Override
    public void request(long count) {
        if (Operators.validate(count)) {
            serial.run(() -> {
                demand = Operators.addCap(demand, count);
                advance();
            });
        }
    }

    @Override
    public void cancel() {
        serial.run(() -> {
            cancelled = true;
            release();
        });
    }

    /** Lets handlers end for a while, then releases; completes when all is done. */
    Mono<Void> close(Duration limit) {
        return Mono.defer(() -> {
            serial.run(() -> {
                if (phase == Phase.RUNNING) {
                    phase = Phase.DRAINING;
                    drainTimer.update(work.timing().after(limit, () -> serial.run(this::release)));
                    advance();
                }
            });
            return ended.asMono();
        });
    }

    @Override
    public void fetched(List<JobEntry> jobs, long asked) {
        for (JobEntry job : jobs) {
            if (phase == Phase.RUNNING) {
                runner.start(job, asked);
            } else {
                runner.release(job);
            }
        }
        advance();
    }

    @Override
    public int wanted() {
        if (phase != Phase.RUNNING) {
            return 0;
        }
        // When most have ended, the next travel right behind their results, as long as these do not pile up.
        // Any earlier, fetches would be many and small.
        int concurrency = work.options().concurrency();
        int room = runner.running() * 4 > concurrency
                ? concurrency - runner.size()
                : Math.min(concurrency - runner.running(), 2 * concurrency - runner.size());
        return (int) Math.min(demand - runner.size(), room);
    }

    @Override
    public boolean takesSuspect() {
        return !runner.hasSuspect();
    }

    @Override
    public void refused(Throwable error) {
        failure = error;
        release();
    }

    private void jobEnded(Optional<JobOutcome<T>> outcome) {
        outcome.ifPresent(this::emit);
        advanceSoon();
    }

    /** Jobs mostly end in batches: one fetch for all the room that they leave. */
    private void advanceSoon() {
        if (!advancing) {
            advancing = true;
            serial.run(() -> {
                advancing = false;
                advance();
            });
        }
    }

    private void emit(JobOutcome<T> outcome) {
        if (cancelled) {
            return;
        }
        if (demand != Long.MAX_VALUE) {
            demand--;
        }
        downstream.onNext(outcome);
    }

    private void release() {
        if (phase == Phase.RUNNING || phase == Phase.DRAINING) {
            phase = Phase.RELEASING;
            runner.releaseAll();
            advance();
        }
    }

    /** Does what the state asks for: reads more, or ends. */
    private void advance() {
        if (phase == Phase.RUNNING) {
            reader.advance();
        } else if (phase != Phase.FINISHED && runner.size() == 0 && !reader.isFetching()) {
            phase = Phase.FINISHED;
            finish();
        }
    }

    private void finish() {
        drainTimer.dispose();
        runner.stop();
        reader.stop();
        work.store()
                .leave(name)
                .onErrorComplete()
                // what waits there takes nothing, so nobody has to wait for it
                .then(blocking.close(Duration.ZERO))
                .subscribe(null, error -> serial.run(this::finished), () -> serial.run(this::finished));
    }

    private void finished() {
        work.connections().unregister(onToolkitClose);
        onEnd.accept(this);
        ended.tryEmitEmpty().orThrow();
        Throwable error = failure;
        if (cancelled) {
            return;
        }
        if (error != null) {
            downstream.onError(error);
        } else {
            downstream.onComplete();
        }
    }
}
