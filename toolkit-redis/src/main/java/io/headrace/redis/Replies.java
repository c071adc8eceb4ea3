package io.headrace.redis;

import io.vertx.redis.client.Response;
import org.jspecify.annotations.Nullable;

/** Reads replies whose type the command fixes. */
final class Replies {

    private Replies() {}

    static long number(@Nullable Response reply) {
        Long number = reply == null ? null : reply.toLong();
        if (number == null) {
            throw new IllegalStateException("A number was expected where the server sent nothing.");
        }
        return number;
    }

    static byte[] bytes(@Nullable Response reply) {
        byte[] bytes = reply == null ? null : reply.toBytes();
        if (bytes == null) {
            throw new IllegalStateException("Bytes were expected where the server sent nothing.");
        }
        return bytes;
    }
}
