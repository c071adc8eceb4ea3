package io.headrace.pool;

/** Why the pool closed a physical connection. */
public enum CloseCause {
    /** It was older than {@code maxLife}. */
    AGE,
    /** Nobody used it for {@code maxIdle}. */
    UNUSED,
    /** It was found dead, or died in its borrower's hands. */
    BROKEN,
    /** It came back in a state that could not be cleaned, or not within {@code releaseTimeout}. */
    UNCLEAN,
    /** Its acquisition ended while it was being validated, or it took longer to open than {@code connectTimeout}. */
    ABANDONED,
    /** There were more connections than the pool keeps. */
    SURPLUS,
    /** {@code Pool.refresh()} replaced it. */
    REFRESHED,
    /** Its borrower was taken for one that forgot it. */
    LEAKED,
    /** The pool was closed. */
    POOL_CLOSED
}
