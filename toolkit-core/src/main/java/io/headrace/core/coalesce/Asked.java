package io.headrace.core.coalesce;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One key of a batch: who waits for it, and what has come for it. */
final class Asked<K, V> {

    final K key;

    /** What the shape of the answer makes of the rows; null before the first. */
    @Nullable
    Object gathered;

    private final Waiter<K, V> first;
    private boolean done;

    /** Few keys have several callers. */
    private @Nullable List<Waiter<K, V>> others;

    Asked(Waiter<K, V> first) {
        this.key = first.payload;
        this.first = first;
    }

    void add(Waiter<K, V> waiter) {
        if (others == null) {
            others = new ArrayList<>(2);
        }
        others.add(waiter);
    }

    /** The first answer or failure counts. */
    void answer(@Nullable V answer) {
        if (done) {
            return;
        }
        done = true;
        first.answer(answer);
        if (others != null) {
            others.forEach(waiter -> waiter.answer(answer));
        }
    }

    /** Each waiter gets an error of its own. */
    void fail(Supplier<? extends Throwable> error) {
        if (done) {
            return;
        }
        done = true;
        first.fail(error.get());
        if (others != null) {
            others.forEach(waiter -> waiter.fail(error.get()));
        }
    }

    /** Whether nobody waits for it any more. */
    boolean isOver() {
        return first.isOver() && (others == null || others.stream().allMatch(Waiter::isOver));
    }
}
