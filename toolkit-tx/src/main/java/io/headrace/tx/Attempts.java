package io.headrace.tx;

import io.headrace.core.bulk.Bulk;
import io.headrace.core.connection.Session;
import io.headrace.core.connection.Sessions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Batches with partial rollback, inside the transaction that is under way. */
final class Attempts {

    private final Sessions sessions;
    private final AttemptOptions options;

    Attempts(Sessions sessions, AttemptOptions options) {
        this.sessions = sessions;
        this.options = options;
    }

    <T, R> Flux<Attempt<T, R>> each(Publisher<T> items, Function<? super T, ? extends Mono<? extends R>> work) {
        return inSession("attemptEach()", session -> {
            Narrowing<T, List<Optional<R>>> narrowing = narrowing(session, new EachWork<>(work), Pace.ofStatements());
            return Flux.from(items)
                    .buffer(options.itemsTogether())
                    .concatMap(narrowing::settle, 0)
                    .concatMapIterable(Attempts::attempts, 1);
        });
    }

    private static <T, R> List<Attempt<T, R>> attempts(Settled<T, List<Optional<R>>> settled) {
        if (settled instanceof Settled.Kept<T, List<Optional<R>>> kept) {
            List<Attempt<T, R>> attempts = new ArrayList<>(kept.items().size());
            for (int i = 0; i < kept.items().size(); i++) {
                attempts.add(new Attempt.Kept<>(
                        kept.items().get(i), kept.value().get(i).orElse(null)));
            }
            return attempts;
        }
        Settled.Skipped<T, List<Optional<R>>> skipped = (Settled.Skipped<T, List<Optional<R>>>) settled;
        return List.of(new Attempt.Skipped<>(skipped.item(), skipped.error()));
    }

    <T> Flux<BulkAttempt<T>> chunks(Publisher<T> items, Function<? super List<T>, ? extends Mono<Long>> work) {
        return inSession(
                "attemptChunks()",
                session -> chunks(session, items, options.itemsInChunk(), new ListWork<>(work, false)));
    }

    <T extends Record> Flux<BulkAttempt<T>> bulk(Bulk<T> bulk, Publisher<T> rows) {
        // Before the first savepoint: what is looked up and locked behind one is forgotten with it.
        return inSession("attemptBulk()", session -> bulk.prepare()
                .thenMany(chunks(session, rows, options.rowsInChunk(), ListWork.of(bulk))));
    }

    private <T> Flux<BulkAttempt<T>> chunks(Session session, Publisher<T> items, int size, ListWork<T> work) {
        return Flux.defer(() -> {
            Narrowing<T, Long> narrowing = narrowing(session, work, Pace.ofRows());
            return Flux.from(items)
                    .buffer(size)
                    .concatMap(
                            chunk -> narrowing
                                    .settle(chunk)
                                    .collect(ChunkCount<T>::new, ChunkCount::add)
                                    .map(ChunkCount::total),
                            0);
        });
    }

    private <T, V> Narrowing<T, V> narrowing(Session session, PieceWork<T, V> work, Pace pace) {
        BehindSavepoint place = new BehindSavepoint(sessions, session);
        return new Narrowing<>(work, body -> place.mono(unlessRolledBack(sessions, body)), pace, options);
    }

    /** The value of a body, or an error where the body asked to be rolled back: what is undone must not be called kept. */
    static <V> Mono<V> unlessRolledBack(Sessions sessions, Mono<V> body) {
        return body.flatMap(value -> Mono.deferContextual(context -> {
            Session session = sessions.current(context);
            return session != null && session.guide() instanceof Work work && work.rollsBack()
                    ? Mono.error(
                            RolledBackException.ofAttempt(work.transaction().toString()))
                    : Mono.just(value);
        }));
    }

    private <A> Flux<A> inSession(String operation, Function<Session, Flux<A>> attempts) {
        return Flux.deferContextual(context -> {
            Session session = sessions.current(context);
            return session == null ? Flux.error(new NoTransactionException(operation)) : attempts.apply(session);
        });
    }

    /** Adds up what became of the pieces of one chunk. */
    private static final class ChunkCount<T> {

        private final List<Attempt.Skipped<T, Long>> skipped = new ArrayList<>();
        private long kept;

        void add(Settled<T, Long> settled) {
            if (settled instanceof Settled.Kept<T, Long> piece) {
                kept += piece.value();
            } else if (settled instanceof Settled.Skipped<T, Long> item) {
                skipped.add(new Attempt.Skipped<>(item.item(), item.error()));
            }
        }

        BulkAttempt<T> total() {
            return new BulkAttempt<>(kept, skipped);
        }
    }
}
