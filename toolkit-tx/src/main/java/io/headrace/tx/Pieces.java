package io.headrace.tx;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pieces of a chunk that are not settled yet, in order, and how one that failed is narrowed down. Decides and does
 * nothing; for one chunk, and signals that are serial.
 *
 * <p>What is kept must be the same as if each item were tried by itself, in order. So nothing behind a piece is tried before
 * it is settled, and a verdict on an item is used only if all before it in the piece that failed are kept, in one go: then
 * the database was in the same state when the item failed. Otherwise the item is tried again.
 *
 * @param <T> the item
 */
final class Pieces<T> {

    private enum Expectation {
        NONE,
        KEPT,
        /** If the piece before is kept in one go. */
        FAILS
    }

    /**
     * @param items one or more
     * @param verdict what the only item fails with, if it does
     */
    private record Piece<T>(List<T> items, Expectation expectation, @Nullable Throwable verdict) {}

    private final Pace pace;
    // A queue and not recursion: a chunk may consist of bad items only.
    private final Deque<Piece<T>> unsettled = new ArrayDeque<>();

    Pieces(List<T> chunk, Pace pace) {
        this.pace = pace;
        push(chunk, Expectation.NONE, null);
    }

    boolean isEmpty() {
        return unsettled.isEmpty();
    }

    /** What the next item fails with, where that is known without trying: it is the only item of the next piece. */
    @Nullable
    Throwable verdict() {
        return unsettled.element().verdict();
    }

    /** The next piece. What became of it must be told before another is taken. */
    List<T> take() {
        Piece<T> piece = unsettled.remove();
        List<T> items = piece.items();
        if (piece.expectation() == Expectation.FAILS && items.size() > 1) {
            halve(items);
            return take();
        }
        int most = pace.most();
        if (piece.expectation() == Expectation.NONE && items.size() > most) {
            push(items.subList(most, items.size()), Expectation.NONE, null);
            return items.subList(0, most);
        }
        return items;
    }

    void kept(List<T> piece) {
        pace.kept(piece.size());
    }

    /**
     * A piece of more than one item has failed and is undone.
     *
     * @param index of the item that failed; -1 where that is not known
     */
    void failed(List<T> piece, Throwable error, int index) {
        itemFailed();
        if (index < 0) {
            halve(piece);
            return;
        }
        pace.failed(index);
        push(piece.subList(index + 1, piece.size()), Expectation.NONE, null);
        push(piece.subList(index, index + 1), Expectation.FAILS, error);
        push(piece.subList(0, index), Expectation.KEPT, null);
    }

    /** A piece of one item has failed, or any: what was expected behind it is not to be relied on any more. */
    void itemFailed() {
        Piece<T> next = unsettled.peek();
        if (next != null && next.expectation() == Expectation.FAILS) {
            unsettled.remove();
            push(next.items(), Expectation.NONE, null);
        }
    }

    /** One item of them fails; if the first half is kept, it is in the second. */
    private void halve(List<T> items) {
        int half = items.size() / 2;
        push(items.subList(half, items.size()), Expectation.FAILS, null);
        push(items.subList(0, half), Expectation.NONE, null);
    }

    private void push(List<T> items, Expectation expectation, @Nullable Throwable verdict) {
        if (!items.isEmpty()) {
            unsettled.addFirst(new Piece<>(items, expectation, verdict));
        }
    }
}
