package io.headrace.redis;

import java.time.Duration;
import java.util.Set;
import java.util.function.BooleanSupplier;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/** The outcomes of a queue; each subscription is a consumer of its own. */
final class JobFlux<T> extends Flux<JobOutcome<T>> {

    private final JobWork<T> work;
    private final Set<JobConsumer<?>> running;
    private final BooleanSupplier closed;

    JobFlux(JobWork<T> work, Set<JobConsumer<?>> running, BooleanSupplier closed) {
        this.work = work;
        this.running = running;
        this.closed = closed;
    }

    @Override
    public void subscribe(CoreSubscriber<? super JobOutcome<T>> subscriber) {
        if (work.connections().isClosing() || closed.getAsBoolean()) {
            Operators.error(
                    subscriber,
                    work.connections()
                            .closedFor("the consumer of " + work.store().name()));
            return;
        }
        JobConsumer<T> consumer = new JobConsumer<>(work, subscriber, running::remove);
        running.add(consumer);
        consumer.begin();
        if (closed.getAsBoolean()) {
            consumer.close(Duration.ZERO).subscribe();
        }
    }
}
