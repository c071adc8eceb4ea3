package io.headrace.redis;

/** The server answered with an error, for example {@code WRONGTYPE} or {@code OOM}. */
public final class RedisReplyException extends RedisException {

    private static final long serialVersionUID = 1L;

    private final String code;
    private final String told;

    RedisReplyException(String message, String code, String told) {
        super(message, null);
        this.code = code;
        this.told = told;
    }

    /** The words of the server. */
    String told() {
        return told;
    }

    /**
     * The first word of the reply of the server.
     *
     * @return the error code in capitals, for example {@code WRONGTYPE}
     */
    public String code() {
        return code;
    }
}
