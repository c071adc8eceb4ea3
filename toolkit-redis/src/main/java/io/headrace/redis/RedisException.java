package io.headrace.redis;

import org.jspecify.annotations.Nullable;

/**
 * The root of every error that this module raises itself. Sealed: the leaves name each condition once.
 *
 * <p>Messages say what failed, where, which limit applied and what to do. They may name a key; they never contain a
 * value or a credential.
 */
public abstract sealed class RedisException extends RuntimeException
        permits CacheLoadTimeoutException,
                JobLimitException,
                LeaseLostException,
                LeaseUnavailableException,
                RateLimitExceededException,
                RedisClosedException,
                RedisCodecException,
                RedisInputException,
                RedisOutcomeUnknownException,
                RedisOverflowException,
                RedisQueueFullException,
                RedisReplyException,
                RedisTimeoutException,
                RedisUnavailableException {

    private static final long serialVersionUID = 1L;

    RedisException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Whether the server may have executed the command although no reply came. Only then is a retry of a command that
     * is not idempotent a risk.
     *
     * @return false unless the command was written and its reply was lost or came too late
     */
    public boolean outcomeUnknown() {
        return false;
    }
}
