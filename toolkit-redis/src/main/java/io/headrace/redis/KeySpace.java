package io.headrace.redis;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Builds the keys of one namespace and checks them, and the values of one codec, before anything is sent. */
final class KeySpace<V> {

    private static final int SHOWN = 64;

    private final String namespace;
    private final Codec<V> codec;
    private final int maxKeyBytes;
    private final int maxValueBytes;

    KeySpace(String namespace, Codec<V> codec, RedisConfig config) {
        this.namespace = Names.checked("namespace", namespace);
        this.codec = codec;
        this.maxKeyBytes = config.maxKeyBytes();
        this.maxValueBytes = config.maxValueBytes();
    }

    String namespace() {
        return namespace;
    }

    String key(@Nullable String key) {
        if (key == null || key.isEmpty()) {
            throw new RedisInputException("A key in namespace '" + namespace + "' is "
                    + (key == null ? "null" : "empty") + ". Give at least one character.");
        }
        String full = namespace + ":" + key;
        // a character takes at most 3 bytes of UTF-8, so short keys need no count
        if (full.length() > maxKeyBytes / 3) {
            int bytes = full.getBytes(StandardCharsets.UTF_8).length;
            if (bytes > maxKeyBytes) {
                throw new RedisInputException("The key '" + shortened(full) + "' has " + bytes + " bytes (limit "
                        + maxKeyBytes + "). Store a hash of the long part, or raise maxKeyBytes.");
            }
        }
        return full;
    }

    /** What the keys that begin with {@code text} begin with on the server. */
    String prefix(@Nullable String text) {
        String wanted = text == null ? "" : text;
        return wanted.isEmpty() ? namespace + ":" : key(wanted);
    }

    String withoutNamespace(String fullKey) {
        return fullKey.substring(namespace.length() + 1);
    }

    byte[] encode(String fullKey, @Nullable V value) {
        if (value == null) {
            throw new RedisInputException("The value for key '" + fullKey + "' is null. Delete the key instead.");
        }
        byte[] bytes;
        try {
            bytes = codec.encode(value);
        } catch (RuntimeException e) {
            throw new RedisCodecException("The value for key '" + fullKey + "' could not be encoded by its codec.", e);
        }
        if (bytes.length > maxValueBytes) {
            throw new RedisInputException("The value for key '" + fullKey + "' has " + bytes.length + " bytes (limit "
                    + maxValueBytes + "). Split it, or raise maxValueBytes.");
        }
        return bytes;
    }

    V decode(String fullKey, byte[] bytes) {
        try {
            return codec.decode(bytes);
        } catch (RuntimeException e) {
            throw new RedisCodecException(
                    "The " + bytes.length + " bytes stored under key '" + fullKey
                            + "' could not be decoded. Was it written with another codec or type?",
                    e);
        }
    }

    private static String shortened(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }
}
