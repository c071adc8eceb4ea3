package io.headrace.core.connection;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/**
 * A statement of the toolkit's own that counts as in flight and is never cancelled. Others may be sent behind it before it
 * is answered, and travel in the same round trip; if it fails, so does the level that depends on it.
 */
final class Ahead implements CoreSubscriber<Object> {

    private final StatementQueue queue;
    private final @Nullable Level dependent;
    private final Consumer<@Nullable Throwable> answer;

    /**
     * @param dependent what can't go on where it fails
     * @param answer told of its end, after the queue; null for success
     */
    Ahead(StatementQueue queue, @Nullable Level dependent, Consumer<@Nullable Throwable> answer) {
        this.queue = queue;
        this.dependent = dependent;
        this.answer = answer;
    }

    void send(Publisher<?> statement) {
        queue.join();
        statement.subscribe(this);
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(Object ignored) {}

    @Override
    public void onError(Throwable error) {
        queue.answered(dependent, error);
        answer.accept(error);
    }

    @Override
    public void onComplete() {
        queue.answered(dependent, null);
        answer.accept(null);
    }
}
