package io.headrace.core.coalesce;

import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/** A subscriber who waits for the one answer to its own question. */
final class SingleWaiter<P, A> extends Waiter<P, A> {

    private final Reply<A> reply;

    private SingleWaiter(P payload, CoreSubscriber<? super A> actual) {
        super(payload);
        this.reply = new Reply<>(actual, this::withdraw);
    }

    @Override
    boolean isOver() {
        return reply.isOver();
    }

    @Override
    void answer(@Nullable A answer) {
        reply.answer(answer);
    }

    @Override
    void fail(Throwable error) {
        reply.fail(error);
    }

    /** Cold: each subscription asks again. */
    static final class Asking<P, A> extends Mono<A> {

        private final Queues<P, A> queues;
        private final P payload;

        Asking(Queues<P, A> queues, P payload) {
            this.queues = queues;
            this.payload = payload;
        }

        @Override
        public void subscribe(CoreSubscriber<? super A> actual) {
            SingleWaiter<P, A> waiter = new SingleWaiter<>(payload, actual);
            actual.onSubscribe(waiter.reply);
            if (!waiter.isOver()) {
                queues.offer(actual.currentContext(), List.of(waiter));
            }
        }
    }
}
