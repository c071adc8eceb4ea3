package io.headrace.tx;

import java.util.List;
import reactor.core.publisher.Mono;

/**
 * The work on a piece of a chunk.
 *
 * @param <T> the item
 * @param <V> what it gives
 */
interface PieceWork<T, V> {

    /** Begins the work on one piece. */
    Run<V> begin(List<T> items);

    /** The work on one piece, done once. */
    interface Run<V> {

        /** Does it, and gives one value. */
        Mono<V> body();

        /** Which item it is that the body failed with; -1 where that is not known. */
        int failedIndex(Throwable error);
    }
}
