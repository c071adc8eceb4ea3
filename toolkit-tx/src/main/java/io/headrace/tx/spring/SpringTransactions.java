package io.headrace.tx.spring;

import io.r2dbc.spi.ConnectionFactory;

/**
 * Shares transactions with Spring, both ways:
 *
 * <pre>{@code
 * Database db = Database.on(SpringTransactions.sharedBy(pool));   // the pool that Spring's beans have, too
 * }</pre>
 *
 * <p>In a transaction of Spring's {@code R2dbcTransactionManager} on the same pool ({@code TransactionalOperator} or
 * {@code @Transactional}) statements of this database run on its connection. {@code tx.required()} joins it,
 * {@code tx.nested()} sets a savepoint in it, {@code tx.requiresNew()} leaves it; hooks run around its end. Only Spring ends
 * it: {@code setRollbackOnly()} makes it fail with a {@link io.headrace.tx.RolledBackException}, since Spring can't be told
 * otherwise, and a part of ours that failed does the same, where Spring would commit.
 *
 * <p>In a transaction of {@code tx.required()} and its kin, {@code DatabaseClient} on the same pool runs on its connection, and
 * {@code TransactionalOperator} and {@code @Transactional} join it. A part that Spring rolls back dooms the whole as a part of
 * ours does, or the innermost {@code tx.nested()}. Spring's synchronizations, such as transactional events, run at its end.
 *
 * <p>Isolation, read-only and time limits count where the transaction is begun: Spring does not check those of a part that
 * joins. {@code PROPAGATION_NESTED} of Spring sets a savepoint of its own, and parts of ours that fail behind it doom
 * the whole. Synchronizations that are registered behind {@code tx.nested()} belong to the transaction, and run even if the
 * savepoint is rolled back, as Spring has it.
 */
public final class SpringTransactions {

    private SpringTransactions() {}

    /**
     * The connection factory for {@code Database.on}. Its connections are those of the target; no I/O.
     *
     * @param target the one that Spring's transaction manager and {@code DatabaseClient} are made on, the same object
     */
    public static ConnectionFactory sharedBy(ConnectionFactory target) {
        return target instanceof SpringBridge ? target : new SpringBridge(target);
    }
}
