package io.headrace.redis;

/** A handler took longer than its time limit, or a job was lost by so many consumers that it is not handed out again. */
public final class JobLimitException extends RedisException {

    private static final long serialVersionUID = 1L;

    JobLimitException(String message) {
        super(message, null);
    }
}
