package io.headrace.tx.proof;

import io.headrace.core.connection.TransactionOutcome;
import io.headrace.tx.Transactions;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import reactor.core.publisher.Mono;

/** What was said of each of many transactions: to the hooks, and to the subscriber. */
final class Fates {

    private final Map<Long, ConcurrentLinkedQueue<TransactionOutcome>> outcomes = new ConcurrentHashMap<>();
    private final Set<Long> completed = ConcurrentHashMap.newKeySet();
    private final Set<Long> failed = ConcurrentHashMap.newKeySet();

    /** The body in a transaction; whoever subscribes may cancel it. */
    <T> Mono<T> of(long id, Transactions tx, Mono<T> body) {
        return tx.afterCompletion(outcome ->
                        Mono.fromRunnable(() -> outcomes.computeIfAbsent(id, unused -> new ConcurrentLinkedQueue<>())
                                .add(outcome)))
                .then(body)
                .transform(tx.required())
                .doOnSuccess(value -> completed.add(id))
                .doOnError(error -> failed.add(id));
    }

    /** Null where it never began, or where nobody was told. */
    TransactionOutcome outcome(long id) {
        ConcurrentLinkedQueue<TransactionOutcome> all = outcomes.get(id);
        return all == null ? null : all.peek();
    }

    Map<TransactionOutcome, Long> counts() {
        Map<TransactionOutcome, Long> counts = new EnumMap<>(TransactionOutcome.class);
        outcomes.values().forEach(all -> all.forEach(outcome -> counts.merge(outcome, 1L, Long::sum)));
        return counts;
    }

    /** Whether some were committed and some rolled back: a race that only ever goes one way has tested nothing. */
    boolean showBoth() {
        return counts().keySet().containsAll(Set.of(TransactionOutcome.COMMITTED, TransactionOutcome.ROLLED_BACK));
    }

    long failures() {
        return failed.size();
    }

    /** Each way in which this contradicts itself, or what is there. */
    List<String> contradictions(Set<Long> there) {
        List<String> found = new ArrayList<>();
        outcomes.forEach((id, all) -> {
            if (all.size() != 1) {
                found.add("%d ended as %s".formatted(id, all));
            }
            TransactionOutcome outcome = all.peek();
            if (outcome == TransactionOutcome.COMMITTED && !there.contains(id)) {
                found.add("%d was committed and is not there".formatted(id));
            }
            if (outcome == TransactionOutcome.ROLLED_BACK && there.contains(id)) {
                found.add("%d was rolled back and is there".formatted(id));
            }
            if (outcome == TransactionOutcome.COMMITTED && failed.contains(id)) {
                found.add("%d was committed and its subscriber got an error".formatted(id));
            }
        });
        completed.stream()
                .filter(id -> outcome(id) != TransactionOutcome.COMMITTED)
                .forEach(id -> found.add("%d completed, and the hooks heard %s".formatted(id, outcome(id))));
        there.stream()
                .filter(id -> outcome(id) == null)
                .forEach(id -> found.add("%d is there, and nobody was told".formatted(id)));
        return found;
    }
}
