package io.headrace.tx;

import io.headrace.core.bulk.Bulk;
import io.headrace.core.connection.Session;
import io.headrace.core.error.SqlErrors;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * One chunk of rows by COPY under a savepoint, narrowed down where it fails. PostgreSQL says at which line of a COPY it
 * stopped for most errors; then the rows before that line are known to have been good so far and go in as one, the line
 * is tried by itself, and the rest goes on, in smaller steps the closer the bad rows stand together. For errors that come only at the end of the statement, such as foreign keys, the
 * chunk is halved until the bad rows stand alone.
 */
final class BulkAttempts<T extends Record> {

    private static final int SMALLEST_STEP = 16;
    private static final int STEP_PER_GOOD_ROW = 4;

    private final Session session;
    private final Bulk<T> bulk;
    private final AttemptOptions options;
    private final SkipCount count;

    BulkAttempts(Session session, Bulk<T> bulk, AttemptOptions options) {
        this.session = session;
        this.bulk = bulk;
        this.options = options;
        this.count = new SkipCount(options);
    }

    Mono<BulkAttempt<T>> chunk(List<T> rows) {
        return Mono.defer(() -> {
            // A queue and not recursion: a chunk may consist of bad rows only.
            Deque<List<T>> pieces = new ArrayDeque<>(List.of(rows));
            List<Attempt.Skipped<T, Long>> skipped = new ArrayList<>();
            return Mono.defer(() -> keep(pieces, skipped))
                    .repeat(() -> !pieces.isEmpty())
                    .reduce(0L, Long::sum)
                    .map(kept -> new BulkAttempt<>(kept, skipped));
        });
    }

    private Mono<Long> keep(Deque<List<T>> pieces, List<Attempt.Skipped<T, Long>> skipped) {
        List<T> piece = pieces.removeFirst();
        return Savepoints.mono(session, bulk.insertAll(piece)).onErrorResume(options::maySkip, error -> {
            int refused = piece.size() == 1 ? 0 : refusedIndex(error, piece.size());
            if (refused == 0) {
                skipped.add(new Attempt.Skipped<>(piece.get(0), error));
                pushAhead(piece, 1, 0, pieces);
                return count.add(error).thenReturn(0L);
            }
            if (refused > 0) {
                pushAhead(piece, refused + 1, refused, pieces);
                push(piece.subList(refused, refused + 1), pieces);
                push(piece.subList(0, refused), pieces);
            } else {
                push(piece.subList(piece.size() / 2, piece.size()), pieces);
                push(piece.subList(0, piece.size() / 2), pieces);
            }
            return Mono.just(0L);
        });
    }

    /** What comes behind a refused row. Where bad rows stand close together, sending all the rest each time would be waste. */
    private void pushAhead(List<T> piece, int from, int goodBefore, Deque<List<T>> pieces) {
        int end = Math.min(piece.size(), from + Math.max(SMALLEST_STEP, STEP_PER_GOOD_ROW * goodBefore));
        push(piece.subList(end, piece.size()), pieces);
        push(piece.subList(from, end), pieces);
    }

    private void push(List<T> rows, Deque<List<T>> pieces) {
        if (!rows.isEmpty()) {
            pieces.addFirst(rows);
        }
    }

    private static int refusedIndex(Throwable error, int size) {
        return SqlErrors.copyLineOf(error)
                .filter(line -> line >= 1 && line <= size)
                .map(line -> Math.toIntExact(line) - 1)
                .orElse(-1);
    }
}
