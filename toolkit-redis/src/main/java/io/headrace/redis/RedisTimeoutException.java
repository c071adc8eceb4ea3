package io.headrace.redis;

/** The deadline of a command passed before its reply. {@link #outcomeUnknown()} tells whether it had been written. */
public final class RedisTimeoutException extends RedisException {

    private static final long serialVersionUID = 1L;

    private final boolean written;

    RedisTimeoutException(String message, boolean written) {
        super(message, null);
        this.written = written;
    }

    @Override
    public boolean outcomeUnknown() {
        return written;
    }
}
