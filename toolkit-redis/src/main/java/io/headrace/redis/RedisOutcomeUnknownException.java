package io.headrace.redis;

import org.jspecify.annotations.Nullable;

/** The connection was lost after the command was written and before its reply: it may or may not have been executed. */
public final class RedisOutcomeUnknownException extends RedisException {

    private static final long serialVersionUID = 1L;

    RedisOutcomeUnknownException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean outcomeUnknown() {
        return true;
    }
}
