package io.headrace.redis;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
     * and no read is under way: a read is never abandoned, since the server may be leasing jobs to it right now.
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
    private final JobPromoter promoter;
    private final Supplier<Mono<Void>> onToolkitClose = this::close;
    private final Disposable.Swap drainTimer = Disposables.swap();
    private final Sinks.Empty<Void> ended = Sinks.empty();
    private Phase phase = Phase.RUNNING;
    private @Nullable Throwable failure;
    private long demand;
    private boolean cancelled;

    JobConsumer(JobWork<T> work, CoreSubscriber<? super JobOutcome<T>> downstream) {
        this.work = work;
        this.downstream = downstream;
        this.name = "consumer-" + work.timing().token();
        this.blocking = work.connections().blocking(work.block());
        this.runner = new JobRunner<>(work, name, serial, downstream.currentContext(), this::jobEnded);
        this.reader = new JobReader(work, blocking, name, serial, this);
        this.promoter = new JobPromoter(work.store(), name, serial, work.timing());
    }

    void begin() {
        boolean open = work.connections().register(onToolkitClose);
        downstream.onSubscribe(this);
        serial.run(() -> {
            if (!open) {
                failure = work.connections().closedFor("the consumer of " + work.store().stream());
                release();
            } else if (phase == Phase.RUNNING) {
                runner.beatEvery(work.beat());
                promoter.lookIn(Duration.ZERO);
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
    private Mono<Void> close() {
        return Mono.defer(() -> {
            serial.run(() -> {
                if (phase == Phase.RUNNING) {
                    phase = Phase.DRAINING;
                    drainTimer.update(work.timing().after(work.closeTimeout(), () -> serial.run(this::release)));
                    advance();
                }
            });
            return ended.asMono();
        });
    }

    @Override
    public void read(List<JobEntry> jobs) {
        for (JobEntry job : jobs) {
            if (phase == Phase.RUNNING) {
                runner.start(job);
            } else {
                runner.release(job);
            }
        }
        advance();
    }

    @Override
    public void refused(Throwable error) {
        failure = error;
        release();
    }

    private void jobEnded(Optional<JobOutcome<T>> outcome) {
        outcome.ifPresent(this::emit);
        advance();
    }

    private void emit(JobOutcome<T> outcome) {
        if (cancelled) {
            return;
        }
        if (outcome instanceof JobOutcome.Retried<T> retried) {
            promoter.lookIn(retried.delay());
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
            long free = Math.min(demand, work.options().concurrency()) - runner.size();
            if (free > 0) {
                reader.read((int) free);
            }
        } else if (phase != Phase.FINISHED && runner.size() == 0 && !reader.isReading()) {
            phase = Phase.FINISHED;
            finish();
        }
    }

    private void finish() {
        drainTimer.dispose();
        runner.stop();
        reader.stop();
        promoter.stop();
        work.store()
                .leave(name)
                .onErrorComplete()
                .then(blocking.close(work.closeTimeout()))
                .subscribe(null, error -> serial.run(this::finished), () -> serial.run(this::finished));
    }

    private void finished() {
        work.connections().unregister(onToolkitClose);
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
