package io.headrace.tx.spring;

import io.headrace.core.connection.TransactionOutcome;
import io.headrace.tx.HostTransaction;
import io.r2dbc.spi.ConnectionFactory;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.reactive.TransactionSynchronization;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What code of Spring has registered in a transaction of ours: run by our hooks, in the order of Spring's own manager. */
final class SpringSynchronizations {

    private static final Logger LOGGER = LoggerFactory.getLogger(SpringTransactions.class);

    private final HostTransaction host;
    private final ConnectionFactory target;
    private final SpringContext context;
    private final TransactionSynchronizationManager manager;
    private volatile boolean completing;

    private SpringSynchronizations(HostTransaction host, ConnectionFactory target, SpringContext context) {
        this.host = host;
        this.target = target;
        this.context = context;
        this.manager = new TransactionSynchronizationManager(context.transaction());
    }

    /** Begins to collect them, and has them run around the end. */
    static void runBy(HostTransaction host, ConnectionFactory target, SpringContext context) {
        SpringSynchronizations synchronizations = new SpringSynchronizations(host, target, context);
        synchronizations.manager.initSynchronization();
        host.beforeCommit(Mono.defer(synchronizations::before));
        host.afterCompletion(outcome -> Mono.defer(() -> synchronizations.after(outcome)));
    }

    private Mono<Void> before() {
        return each(one -> one.beforeCommit(host.isReadOnly())).then(Mono.defer(this::beforeCompletion));
    }

    private Mono<Void> beforeCompletion() {
        if (completing) {
            return Mono.empty();
        }
        completing = true;
        return each(one -> logged(one.beforeCompletion()));
    }

    /** In Spring's context, where what they have bound is found, but without the transaction, which has ended. */
    private Mono<Void> after(TransactionOutcome outcome) {
        context.transaction().getResources().remove(target);
        Mono<Void> committed =
                outcome == TransactionOutcome.COMMITTED ? each(one -> logged(one.afterCommit())) : Mono.empty();
        return beforeCompletion()
                .then(committed)
                .then(each(one -> logged(one.afterCompletion(statusOf(outcome)))))
                .doFinally(signal -> manager.clear())
                .contextWrite(context::in);
    }

    private Mono<Void> each(Function<TransactionSynchronization, Mono<Void>> step) {
        return Flux.defer(() -> Flux.fromIterable(registered()))
                .concatMap(one -> Mono.defer(() -> step.apply(one)), 1)
                .then();
    }

    private List<TransactionSynchronization> registered() {
        return manager.isSynchronizationActive() ? manager.getSynchronizations() : List.of();
    }

    private static Mono<Void> logged(Mono<Void> step) {
        return step.onErrorResume(error -> {
            LOGGER.error("A synchronization of Spring failed at the end of a transaction", error);
            return Mono.empty();
        });
    }

    private static int statusOf(TransactionOutcome outcome) {
        return switch (outcome) {
            case COMMITTED -> TransactionSynchronization.STATUS_COMMITTED;
            case ROLLED_BACK -> TransactionSynchronization.STATUS_ROLLED_BACK;
            case UNKNOWN -> TransactionSynchronization.STATUS_UNKNOWN;
        };
    }
}
