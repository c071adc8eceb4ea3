package io.headrace.core.coalesce;

import io.headrace.core.error.BatchException;
import io.headrace.core.error.RowCountException;
import io.headrace.core.error.SqlErrors;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Keys that are asked by one statement, and in halves where it is not clear whose a failure is: a row that cannot be
 * mapped does not say for which key it came.
 */
final class LoadBatch<K, R, V> extends Batch<K, V> {

    private final String name;
    private final KeyedRows<K, R> rows;
    private final AnswerShape<R, V> shape;
    private final int batchSize;
    private final boolean inTransaction;
    private final Map<K, Asked<K, V>> asked = new LinkedHashMap<>();

    /** Those of the statement that runs, and the pieces that are asked after it; changed by one thread at a time. */
    private Map<K, Asked<K, V>> piece = Map.of();

    private final Deque<Map<K, Asked<K, V>>> pieces = new ArrayDeque<>();
    private @Nullable Throwable failedRow;

    /** Some may have been answered while the others are asked again. */
    private volatile boolean inParts;

    LoadBatch(String name, KeyedRows<K, R> rows, AnswerShape<R, V> shape, int batchSize, boolean inTransaction) {
        this.name = name;
        this.rows = rows;
        this.shape = shape;
        this.batchSize = batchSize;
        this.inTransaction = inTransaction;
    }

    @Override
    boolean fits(Waiter<K, V> waiter) {
        Asked<K, V> known = asked.get(waiter.payload);
        if (known != null) {
            known.add(waiter);
        } else if (asked.size() < batchSize) {
            asked.put(waiter.payload, new Asked<>(waiter));
        } else {
            return false;
        }
        return true;
    }

    @Override
    boolean mayBeAbandoned() {
        return true;
    }

    @Override
    boolean isForNobody() {
        return inParts && asked.values().stream().allMatch(Asked::isOver);
    }

    @Override
    Mono<Void> work() {
        pieces.add(asked);
        return Mono.defer(this::askNext).repeat(() -> !pieces.isEmpty()).then();
    }

    @Override
    void failRest(Throwable error) {
        pieces.forEach(rest -> failAll(rest.values(), error));
        failAll(piece.values(), error);
    }

    private Mono<Void> askNext() {
        piece = pieces.removeFirst();
        failedRow = null;
        if (isForNobody()) {
            pieces.clear();
            return Mono.empty();
        }
        return rows.read(piece.keySet(), this::gather, this::rowFailed)
                .doOnSuccess(nothing -> answer())
                .onErrorResume(error -> {
                    statementFailed(error);
                    return Mono.empty();
                });
    }

    private void gather(K key, R row) {
        Asked<K, V> one = piece.get(key);
        if (one == null) {
            throw new IllegalStateException(
                    "a row has a key that was not asked for; keyOf must give a key that equals the one given to load");
        }
        one.gathered = shape.with(one.gathered, row);
    }

    private void rowFailed(Throwable error) {
        if (failedRow == null) {
            failedRow = error;
        }
    }

    private void answer() {
        Throwable wrong = failedRow;
        List<Asked<K, V>> unclear = new ArrayList<>();
        for (Asked<K, V> one : piece.values()) {
            if (wrong == null || (one.gathered != null && !shape.takesMore())) {
                answer(one);
            } else {
                unclear.add(one);
            }
        }
        if (wrong != null && piece.size() == 1) {
            failAll(unclear, wrong);
        } else {
            askAgain(unclear);
        }
    }

    private void answer(Asked<K, V> one) {
        V answer;
        try {
            answer = shape.answer(one.gathered);
        } catch (RowCountException error) {
            one.fail(() -> new RowCountException(String.valueOf(error.getMessage())));
            return;
        }
        one.answer(answer);
    }

    /** Not inside a transaction, which has failed with its statement. */
    private void statementFailed(Throwable error) {
        if (!inTransaction && SqlErrors.kindOf(error).isCausedByData()) {
            if (piece.size() == 1) {
                failAll(piece.values(), error);
            } else {
                askAgain(List.copyOf(piece.values()));
            }
        } else {
            failRest(error);
            pieces.clear();
        }
    }

    /** In halves, the first one first. A single key is asked again too: its own statement shows its own error. */
    private void askAgain(List<Asked<K, V>> unclear) {
        inParts = true;
        int half = (unclear.size() + 1) / 2;
        pushPiece(unclear.subList(half, unclear.size()));
        pushPiece(unclear.subList(0, half));
    }

    private void pushPiece(List<Asked<K, V>> keys) {
        Map<K, Asked<K, V>> next = new LinkedHashMap<>();
        for (Asked<K, V> one : keys) {
            if (!one.isOver()) {
                one.gathered = null;
                next.put(one.key, one);
            }
        }
        if (!next.isEmpty()) {
            pieces.addFirst(next);
        }
    }

    private void failAll(Collection<Asked<K, V>> keys, Throwable error) {
        String message = (keys.size() == 1 ? "one key" : keys.size() + " keys that were asked together")
                + " could not be loaded by the " + name;
        keys.forEach(one -> one.fail(() -> new BatchException(message, error)));
    }
}
