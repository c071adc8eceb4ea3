package io.headrace.redis;

import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/** The outcomes of a queue; each subscription is a consumer of its own. */
final class JobFlux<T> extends Flux<JobOutcome<T>> {

    private final JobWork<T> work;

    JobFlux(JobWork<T> work) {
        this.work = work;
    }

    @Override
    public void subscribe(CoreSubscriber<? super JobOutcome<T>> subscriber) {
        if (work.connections().isClosing()) {
            Operators.error(subscriber, work.connections().closedFor("the consumer of " + work.store().stream()));
            return;
        }
        new JobConsumer<>(work, subscriber).begin();
    }
}
