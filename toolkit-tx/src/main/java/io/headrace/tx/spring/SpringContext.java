package io.headrace.tx.spring;

import io.headrace.tx.HostTransaction;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.reactive.TransactionContext;
import org.springframework.transaction.reactive.TransactionContextManager;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Spring's place in Reactor's context. It is two entries: a transaction context, and a holder by which Spring's operators
 * find that again further in.
 *
 * @param entries both of them
 */
record SpringContext(Context entries) {

    /** The class of the holder is not public; its key is the only one in what this makes. */
    private static final Object HOLDER =
            TransactionContextManager.getOrCreateContextHolder().apply(Context.empty()).stream()
                    .findFirst()
                    .orElseThrow()
                    .getKey();

    /** The current transaction context, whether or not there is a transaction in it. */
    static @Nullable TransactionContext of(ContextView context) {
        return context.getOrDefault(TransactionContext.class, null);
    }

    /** An empty one. */
    static SpringContext create() {
        return new SpringContext(TransactionContextManager.getOrCreateContextHolder()
                .andThen(TransactionContextManager.getOrCreateContext())
                .apply(Context.empty()));
    }

    TransactionContext transaction() {
        return entries.get(TransactionContext.class);
    }

    /** The context with this in place of what there is. */
    Context in(Context context) {
        return context.putAll(entries.readOnly());
    }

    /** The context without Spring: in an empty transaction context DatabaseClient would not close its connections. */
    static Context without(Context context) {
        return context.delete(TransactionContext.class).delete(HOLDER);
    }

    /** Says of it what Spring's own code may ask. */
    void describe(HostTransaction host) {
        TransactionContext transaction = transaction();
        transaction.setCurrentTransactionName(host.name());
        transaction.setCurrentTransactionReadOnly(host.isReadOnly());
        transaction.setCurrentTransactionIsolationLevel(SpringIsolation.numberOf(host.isolation()));
    }

    /** Says of it what another says, and shares its synchronizations. */
    void joinTo(TransactionContext around) {
        TransactionContext transaction = transaction();
        transaction.setSynchronizations(around.getSynchronizations());
        transaction.setCurrentTransactionName(around.getCurrentTransactionName());
        transaction.setCurrentTransactionReadOnly(around.isCurrentTransactionReadOnly());
        transaction.setCurrentTransactionIsolationLevel(around.getCurrentTransactionIsolationLevel());
    }
}
