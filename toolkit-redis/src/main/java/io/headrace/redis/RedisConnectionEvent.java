package io.headrace.redis;

import java.util.Optional;

/**
 * Something happened to a connection.
 *
 * @param kind what it was
 * @param server host and port, the path of a socket, or what was looked for where no server was found
 * @param cause of a loss or failure, or empty; a connection that the toolkit closes has none
 */
public record RedisConnectionEvent(Kind kind, String server, Optional<Throwable> cause) {

    /** What may happen to a connection. */
    public enum Kind {
        /** It is there, logged in. */
        OPENED,
        /** It was there and is gone. */
        CLOSED,
        /** It could not be had. */
        FAILED
    }
}
