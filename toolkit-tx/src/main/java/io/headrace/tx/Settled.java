package io.headrace.tx;

import java.util.List;

/**
 * What became of one piece of a chunk.
 *
 * @param <T> the item
 * @param <V> what the work on a piece gives
 */
sealed interface Settled<T, V> {

    /** The whole piece is kept. */
    record Kept<T, V>(List<T> items, V value) implements Settled<T, V> {}

    /** One item is skipped. */
    record Skipped<T, V>(T item, Throwable error) implements Settled<T, V> {}
}
