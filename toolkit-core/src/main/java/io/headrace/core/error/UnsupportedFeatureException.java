package io.headrace.core.error;

/** The database or driver behind this connection cannot do what was asked; the message names both and an alternative. */
public final class UnsupportedFeatureException extends DatabaseException {

    private static final long serialVersionUID = 1L;

    /** @param message what, where and what to do about it */
    public UnsupportedFeatureException(String message) {
        super(message);
    }
}
