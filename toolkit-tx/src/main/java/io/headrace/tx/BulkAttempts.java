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
 * is put aside, and the rest goes on. For errors that come only at the end of the statement, such as foreign keys, the
 * chunk is halved until the bad rows stand alone.
 */
final class BulkAttempts<T extends Record> {

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
            if (piece.size() == 1) {
                skipped.add(new Attempt.Skipped<>(piece.get(0), error));
                return count.add(error).thenReturn(0L);
            }
            narrow(piece, error, pieces);
            return Mono.just(0L);
        });
    }

    /** Cuts into what comes before the refused row, the row itself, and what comes after; or into halves. */
    private void narrow(List<T> piece, Throwable error, Deque<List<T>> pieces) {
        int size = piece.size();
        int refused = refusedIndex(error, size);
        int from = refused < 0 ? size / 2 : refused;
        int to = refused < 0 ? size / 2 : refused + 1;
        List.of(piece.subList(to, size), piece.subList(from, to), piece.subList(0, from)).stream()
                .filter(part -> !part.isEmpty())
                .forEach(pieces::addFirst);
    }

    private static int refusedIndex(Throwable error, int size) {
        return SqlErrors.copyLineOf(error)
                .filter(line -> line >= 1 && line <= size)
                .map(line -> Math.toIntExact(line) - 1)
                .orElse(-1);
    }
}
