package io.headrace.core.observe;

/** How a statement ended for its subscriber. */
public enum StatementOutcome {
    COMPLETED,
    FAILED,
    /** The subscriber went before the end, as {@code take(n)} does, or a timeout. */
    CANCELLED
}
