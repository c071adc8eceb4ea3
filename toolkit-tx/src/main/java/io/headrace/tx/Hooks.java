package io.headrace.tx;

import io.headrace.core.connection.TransactionOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What a transaction, or a savepoint of it, was asked to do around its end. */
final class Hooks {

    private static final Logger LOGGER = LoggerFactory.getLogger(Transactions.class);

    private final List<Mono<Void>> beforeCommit = new ArrayList<>();
    private final List<Function<TransactionOutcome, Mono<Void>>> afterwards = new ArrayList<>();

    synchronized void beforeCommit(Mono<Void> hook) {
        beforeCommit.add(hook);
    }

    synchronized void afterwards(Function<TransactionOutcome, Mono<Void>> hook) {
        afterwards.add(hook);
    }

    /** Takes over those of a savepoint that was released. */
    void adopt(Hooks inner) {
        List<Mono<Void>> before;
        List<Function<TransactionOutcome, Mono<Void>>> after;
        synchronized (inner) {
            before = List.copyOf(inner.beforeCommit);
            after = List.copyOf(inner.afterwards);
        }
        synchronized (this) {
            beforeCommit.addAll(before);
            afterwards.addAll(after);
        }
    }

    /** Runs those before the commit one after the other, also those that are registered meanwhile; an error ends it. */
    Mono<Void> runBefore() {
        return Mono.defer(this::nextBefore).repeat(this::hasBefore).then();
    }

    private synchronized Mono<Void> nextBefore() {
        return beforeCommit.isEmpty() ? Mono.empty() : beforeCommit.remove(0);
    }

    private synchronized boolean hasBefore() {
        return !beforeCommit.isEmpty();
    }

    /** Runs those after the end one after the other. An error of one is logged and does not keep the others from running. */
    Mono<Void> runAfter(TransactionOutcome outcome, String transaction) {
        List<Function<TransactionOutcome, Mono<Void>>> hooks;
        synchronized (this) {
            hooks = List.copyOf(afterwards);
        }
        return hooks.isEmpty()
                ? Mono.empty()
                : Flux.fromIterable(hooks)
                        .concatMap(hook -> Mono.defer(() -> hook.apply(outcome)).onErrorResume(error -> {
                            LOGGER.error("A hook after the end ({}) of {} failed", outcome, transaction, error);
                            return Mono.empty();
                        }))
                        .then();
    }
}
