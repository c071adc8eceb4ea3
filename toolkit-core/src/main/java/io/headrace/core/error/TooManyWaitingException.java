package io.headrace.core.error;

/** A loader or writer has as many callers waiting as it may have; the one who came last was turned away, unsent. */
public final class TooManyWaitingException extends DatabaseException {

    private static final long serialVersionUID = 1L;

    /** @param message what, where, the limit and what to do about it */
    public TooManyWaitingException(String message) {
        super(message);
    }
}
