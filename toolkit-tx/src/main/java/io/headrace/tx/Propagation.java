package io.headrace.tx;

/** How a publisher relates to the transaction that is under way where it is subscribed. */
public enum Propagation {
    /** In the current transaction, or in a new one. */
    REQUIRED,
    /** In a new transaction on a connection of its own, whether or not one is under way. */
    REQUIRES_NEW,
    /** Behind a savepoint of the current transaction, or in a new one. */
    NESTED,
    /** In the current transaction; an error where there is none. */
    MANDATORY,
    /** In the current transaction, or without one. */
    SUPPORTS,
    /** Without a transaction, on other connections than the current one's. */
    NOT_SUPPORTED,
    /** Without a transaction; an error where there is one. */
    NEVER;

    /** What to do: the whole decision, by nothing but this and whether a transaction is under way. */
    Step step(boolean inTransaction) {
        return switch (this) {
            case REQUIRED -> inTransaction ? Step.JOIN : Step.BEGIN;
            case REQUIRES_NEW -> inTransaction ? Step.BEGIN_BESIDE : Step.BEGIN;
            case NESTED -> inTransaction ? Step.SET_SAVEPOINT : Step.BEGIN;
            case MANDATORY -> inTransaction ? Step.JOIN : Step.REFUSE;
            case SUPPORTS -> inTransaction ? Step.JOIN : Step.PASS;
            case NOT_SUPPORTED -> inTransaction ? Step.PASS_OUTSIDE : Step.PASS;
            case NEVER -> inTransaction ? Step.REFUSE : Step.PASS;
        };
    }
}
