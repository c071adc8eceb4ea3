package io.headrace.tx.proof;

/** What ends a transaction at some point. */
enum End {
    /** The body completes there, or all goes its way. */
    COMPLETE,
    /** The body fails there, or the server refuses what is in flight. */
    ERROR,
    CANCEL,
    TIMEOUT,
    CONNECTION_LOSS;

    boolean isCancel() {
        return this == CANCEL || this == TIMEOUT;
    }
}
