package io.headrace.core.error;

/**
 * A statement was started on a connection on which the rows of another one are still being read on demand. It was not
 * sent: it would have waited behind that stream, and the stream perhaps for it.
 */
public final class OpenStreamException extends DatabaseException {

    private static final long serialVersionUID = 1L;

    /** @param message both statements and where they come from */
    public OpenStreamException(String message) {
        super(message);
    }
}
