package io.headrace.core.conformance;

import io.headrace.core.Database;
import io.headrace.core.connection.TransactionScope;
import io.headrace.core.dialect.TransactionMode;
import java.util.List;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** Two transactions that update the same two rows in opposite order, each on a thread of its own that may block. */
record Deadlock(Database db, String table, long first, long second) {

    /** Emits what the transactions failed with; the operator is put around the update that may be the victim. */
    Mono<List<Throwable>> run(UnaryOperator<Mono<Long>> aroundTheSecondUpdate) {
        Sinks.Empty<Void> one = Sinks.empty();
        Sinks.Empty<Void> other = Sinks.empty();
        return Flux.merge(
                        transaction(first, one, other, second, aroundTheSecondUpdate),
                        transaction(second, other, one, first, aroundTheSecondUpdate))
                .collectList();
    }

    private Mono<Throwable> transaction(
            long mine,
            Sinks.Empty<Void> locked,
            Sinks.Empty<Void> theirs,
            long next,
            UnaryOperator<Mono<Long>> around) {
        return TransactionScope.of(db.sessions(), TransactionMode.defaults())
                .mono(session -> update(mine)
                        .then(Mono.<Void>fromRunnable(locked::tryEmitEmpty))
                        .then(theirs.asMono())
                        .publishOn(Schedulers.boundedElastic())
                        .then(Mono.defer(() -> around.apply(update(next)))))
                .then(Mono.<Throwable>empty())
                .onErrorResume(Mono::just)
                .subscribeOn(Schedulers.boundedElastic());
    }

    private Mono<Long> update(long id) {
        return db.sql("UPDATE " + table + " SET amount = amount + 1 WHERE id = :id")
                .bind("id", id)
                .update();
    }
}
