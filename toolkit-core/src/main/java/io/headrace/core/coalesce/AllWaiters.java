package io.headrace.core.coalesce;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/** One subscriber who waits for the answers to many questions; they may come in several batches, on several threads. */
final class AllWaiters<K, V> {

    private final List<One<K, V>> waiters;
    private final AtomicReferenceArray<@Nullable V> answers;
    private final AtomicInteger missing;
    private final Reply<Map<K, V>> reply;

    private AllWaiters(List<K> keys, CoreSubscriber<? super Map<K, V>> actual) {
        this.answers = new AtomicReferenceArray<>(keys.size());
        this.missing = new AtomicInteger(keys.size());
        this.reply = new Reply<>(actual, this::withdrawAll);
        AtomicInteger index = new AtomicInteger();
        this.waiters = keys.stream()
                .map(key -> new One<>(key, this, index.getAndIncrement()))
                .toList();
    }

    private void withdrawAll() {
        waiters.forEach(Waiter::withdraw);
    }

    private void answered(int index, @Nullable V answer) {
        answers.set(index, answer);
        if (missing.decrementAndGet() == 0) {
            Map<K, V> all = new LinkedHashMap<>();
            for (One<K, V> waiter : waiters) {
                V value = answers.get(waiter.index);
                if (value != null) {
                    all.put(waiter.payload, value);
                }
            }
            reply.answer(all);
        }
    }

    private void failed(Throwable error) {
        if (reply.fail(error)) {
            withdrawAll();
        }
    }

    private static final class One<K, V> extends Waiter<K, V> {

        private final AllWaiters<K, V> all;
        private final int index;

        One(K key, AllWaiters<K, V> all, int index) {
            super(key);
            this.all = all;
            this.index = index;
        }

        @Override
        boolean isOver() {
            return all.reply.isOver();
        }

        @Override
        void answer(@Nullable V answer) {
            all.answered(index, answer);
        }

        @Override
        void fail(Throwable error) {
            all.failed(error);
        }
    }

    /** Cold: each subscription asks again. */
    static final class Asking<K, V> extends Mono<Map<K, V>> {

        private final Queues<K, V> queues;
        private final List<K> keys;

        Asking(Queues<K, V> queues, List<K> keys) {
            this.queues = queues;
            this.keys = keys;
        }

        @Override
        public void subscribe(CoreSubscriber<? super Map<K, V>> actual) {
            AllWaiters<K, V> all = new AllWaiters<>(keys, actual);
            actual.onSubscribe(all.reply);
            if (!all.reply.isOver()) {
                queues.offer(actual.currentContext(), all.waiters);
            }
        }
    }
}
