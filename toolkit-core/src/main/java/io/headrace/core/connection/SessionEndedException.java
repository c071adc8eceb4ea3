package io.headrace.core.connection;

import java.io.Serial;

/**
 * A statement was started on the session of a transaction that had begun to end. It was not sent. Look for a subscription
 * that outlives its transaction, such as a {@code subscribe()} of its own inside the body.
 */
public final class SessionEndedException extends IllegalStateException {

    @Serial
    private static final long serialVersionUID = 1L;

    SessionEndedException() {
        super(
                "this statement was started after its transaction or session had begun to end, and was not sent; look for a"
                        + " subscription that outlives its transaction");
    }
}
