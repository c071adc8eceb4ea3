package io.headrace.tx;

import java.util.function.Consumer;
import reactor.util.context.ContextView;

/**
 * Hears of every transaction that is begun; set by {@link Transactions#listening}. Each attempt is told as a transaction of
 * its own. Without any listener transactions carry no operator and no allocation for it.
 */
@FunctionalInterface
public interface TransactionListener {

    /**
     * A transaction has been subscribed and asks for a connection. Must not block; what it throws is logged and ignored.
     *
     * @param start what it is
     * @param context the subscriber's context
     * @return who is to follow it; {@link TransactionObserver#NONE} where nobody
     */
    TransactionObserver started(TransactionStart start, ContextView context);

    /** A listener that hears of ends only. */
    static TransactionListener onEnd(Consumer<? super TransactionEnd> consumer) {
        TransactionObserver observer = new TransactionObserver() {
            @Override
            public void ended(TransactionEnd end) {
                consumer.accept(end);
            }
        };
        return (start, context) -> observer;
    }
}
