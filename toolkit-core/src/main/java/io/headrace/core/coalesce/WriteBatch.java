package io.headrace.core.coalesce;

import io.headrace.core.bulk.Bulk;
import io.headrace.core.connection.SavepointScope;
import io.headrace.core.connection.Session;
import io.headrace.core.connection.Sessions;
import io.headrace.core.error.BatchException;
import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Rows that are written by one statement, and by more of them where some are refused. Each statement is atomic, so a
 * refused one has written nothing; what is known of the refused row decides how the others go on:
 *
 * <ul>
 *   <li>The server names its line, and the row is at fault by itself: it fails, the others go on as one.
 *   <li>It names a line, and an earlier row of the batch may be the cause (two rows with the same key): those before it
 *       go on, then it leads the rest. At the first place there is nothing else to blame.
 *   <li>No line is known, as with foreign keys: the rows go on in halves.
 * </ul>
 */
final class WriteBatch<T extends Record> extends Batch<T, Void> {

    private final String name;
    private final Sessions sessions;
    private final Bulk<T> bulk;
    private final int batchSize;
    private final boolean inTransaction;
    private final List<Waiter<T, Void>> rows = new ArrayList<>();

    /** Changed by one thread at a time, as are the fields below. A queue: all rows of a batch may be bad. */
    private final Deque<List<Waiter<T, Void>>> pieces = new ArrayDeque<>();

    private List<Waiter<T, Void>> piece = List.of();

    /** Some may have been answered while the others are written without a refused one. */
    private volatile boolean inParts;

    WriteBatch(String name, Sessions sessions, Bulk<T> bulk, int batchSize, boolean inTransaction) {
        this.name = name;
        this.sessions = sessions;
        this.bulk = bulk;
        this.batchSize = batchSize;
        this.inTransaction = inTransaction;
    }

    @Override
    boolean fits(Waiter<T, Void> waiter) {
        return rows.size() < batchSize && rows.add(waiter);
    }

    /** Inside a transaction the statement can't be stopped, and what follows it belongs to its savepoint. */
    @Override
    boolean mayBeAbandoned() {
        return !inTransaction;
    }

    @Override
    boolean isForNobody() {
        return inParts && rows.stream().allMatch(Waiter::isOver);
    }

    @Override
    Mono<Void> work() {
        pieces.add(rows);
        return sessions.<Void>use(this::writeOn)
                .onErrorResume(error -> {
                    failRest(error);
                    return Mono.empty();
                })
                .then();
    }

    @Override
    void failRest(Throwable error) {
        fail(error, false);
    }

    private Mono<Void> writeOn(Session session) {
        return Mono.defer(() -> writeNext(session))
                .repeat(() -> !pieces.isEmpty())
                .then();
    }

    private Mono<Void> writeNext(Session session) {
        piece = pieces.removeFirst().stream().filter(waiter -> !waiter.isOver()).toList();
        if (piece.isEmpty()) {
            return Mono.empty();
        }
        Mono<Long> insert =
                bulk.insertAll(piece.stream().map(waiter -> waiter.payload).toList());
        Mono<Long> behindSavepoint = SavepointScope.of(sessions, session).mono(inner -> insert);
        return (inTransaction ? prepared(session).then(behindSavepoint) : onSession(session, insert))
                .doOnNext(written -> piece.forEach(waiter -> waiter.answer(null)))
                .then()
                .onErrorResume(error -> {
                    refused(error);
                    return Mono.empty();
                });
    }

    /** What a bulk write must know of its table it asks for now, and not between the savepoint and its statement. */
    private Mono<Long> prepared(Session session) {
        return onSession(session, bulk.insertAll(List.of()));
    }

    private Mono<Long> onSession(Session session, Mono<Long> insert) {
        return insert.contextWrite(context -> sessions.bind(session, context));
    }

    private void refused(Throwable error) {
        RefusedRow refused = RefusedRow.of(error, piece.size());
        if (!refused.isRowAtFault()) {
            // A statement of a transaction that has lost its connection is undone for certain.
            fail(error, !inTransaction && SqlErrors.kindOf(error) == SqlErrorKind.CONNECTION_LOST);
            return;
        }
        inParts = true;
        int size = piece.size();
        int index = refused.index();
        if (index < 0) {
            push(piece.subList(size / 2, size));
            push(piece.subList(0, size / 2));
        } else if (index > 0 && refused.mayBeDueToOthers()) {
            push(piece.subList(index, size));
            push(piece.subList(0, index));
        } else {
            List<Waiter<T, Void>> rest = new ArrayList<>(piece);
            rest.remove(index).fail(error);
            push(rest);
        }
    }

    private void fail(Throwable error, boolean outcomeUnknown) {
        tell(piece, error, outcomeUnknown);
        while (!pieces.isEmpty()) {
            tell(pieces.removeFirst(), error, false);
        }
    }

    private void tell(List<Waiter<T, Void>> waiters, Throwable error, boolean outcomeUnknown) {
        String message = (waiters.size() == 1 ? "one row" : waiters.size() + " rows that belong to one batch")
                + (outcomeUnknown
                        ? " may or may not have been written by the " + name
                                + ": the connection was lost before the answer came. Look before you write again"
                        : " could not be written by the " + name);
        waiters.forEach(waiter -> waiter.fail(new BatchException(message, error, outcomeUnknown)));
    }

    private void push(List<Waiter<T, Void>> waiters) {
        if (!waiters.isEmpty()) {
            pieces.addFirst(waiters);
        }
    }
}
