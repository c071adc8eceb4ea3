package io.headrace.tx;

import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Does the work of chunks, one behind a savepoint where all goes well, and narrows those that fail down to the items that
 * do. For one subscription, whose chunks come one after the other.
 *
 * @param <T> the item
 * @param <V> what the work on a piece gives
 */
final class Narrowing<T, V> {

    private final PieceWork<T, V> work;
    private final UnaryOperator<Mono<V>> savepoint;
    private final Pace pace;
    private final AttemptOptions options;
    private final Skips skips;

    /** @param savepoint has a body run behind a savepoint, and fail where that is not kept */
    Narrowing(PieceWork<T, V> work, UnaryOperator<Mono<V>> savepoint, Pace pace, AttemptOptions options) {
        this.work = work;
        this.savepoint = savepoint;
        this.pace = pace;
        this.options = options;
        this.skips = new Skips(options);
    }

    /** Emits what became of the pieces of a chunk, in order, each when it is settled. */
    Flux<Settled<T, V>> settle(List<T> chunk) {
        return Flux.defer(() -> {
            Pieces<T> pieces = new Pieces<>(chunk, pace);
            return Mono.defer(() -> next(pieces)).repeat(() -> !pieces.isEmpty());
        });
    }

    private Mono<Settled<T, V>> next(Pieces<T> pieces) {
        Throwable verdict = pieces.verdict();
        List<T> piece = pieces.take();
        return verdict == null ? tried(pieces, piece) : skipped(piece.get(0), verdict, null);
    }

    private Mono<Settled<T, V>> tried(Pieces<T> pieces, List<T> piece) {
        return Mono.defer(() -> {
            PieceWork.Run<V> run = work.begin(piece);
            return savepoint
                    .apply(run.body())
                    .<Settled<T, V>>map(value -> {
                        pieces.kept(piece);
                        return new Settled.Kept<>(piece, value);
                    })
                    .onErrorResume(AttemptOptions::leavesTransactionUsable, error -> {
                        if (piece.size() == 1) {
                            return skipped(piece.get(0), error, pieces);
                        }
                        // Whether it may be skipped is asked only when it is known whose it is.
                        pieces.failed(piece, error, run.failedIndex(error));
                        return Mono.empty();
                    });
        });
    }

    private Mono<Settled<T, V>> skipped(T item, Throwable error, @Nullable Pieces<T> tried) {
        if (!options.maySkip(error)) {
            return Mono.error(error);
        }
        if (tried != null) {
            tried.itemFailed();
        }
        // Deferred, or the operator that handles the item's error would attach it to that of a callback.
        return Mono.fromSupplier(() -> {
            skips.add(item, error);
            return new Settled.Skipped<>(item, error);
        });
    }
}
