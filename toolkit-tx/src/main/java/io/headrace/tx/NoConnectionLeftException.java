package io.headrace.tx;

import org.jspecify.annotations.Nullable;

/**
 * A transaction that needs a connection beside the one of the transaction around it, as {@code requiresNew()} does, found
 * none. Where all connections are held by transactions that wait for a further one, it is raised at once, because none of
 * them could ever go on; otherwise when the connection factory gives up, whose error is the cause.
 */
public final class NoConnectionLeftException extends TransactionException {

    private static final long serialVersionUID = 1L;

    private static final String ADVICE =
            " A transaction within a transaction holds two connections at a time: make the pool larger than the number of"
                    + " transactions that may be open at once, limit those, or use required() or nested() instead of"
                    + " requiresNew().";

    private NoConnectionLeftException(String message, @Nullable Throwable cause) {
        super(message + ADVICE);
        if (cause != null) {
            initCause(cause);
        }
    }

    static NoConnectionLeftException allWait(String transaction, Object connections, int limit) {
        return new NoConnectionLeftException(
                transaction + " was not begun: all " + limit + " connections of " + connections
                        + " are held by transactions that wait for a further one.",
                null);
    }

    static NoConnectionLeftException noneCame(String transaction, int held, Throwable cause) {
        return new NoConnectionLeftException(
                transaction + " was not begun: no connection came free for it, while the transaction around it held "
                        + held + ".",
                cause);
    }
}
