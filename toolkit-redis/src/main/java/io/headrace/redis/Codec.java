package io.headrace.redis;

import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/**
 * Turns values into bytes and back. A codec is stateless and may be called by any thread, the event loop included, so
 * it must not block. It throws any {@link RuntimeException} for what it cannot handle; callers then see a
 * {@link RedisCodecException} that names the key.
 *
 * @param <V> the type of the values
 */
public interface Codec<V> {

    /**
     * Encodes a value.
     *
     * @param value not null
     * @return the bytes to store; the caller does not change them
     */
    byte[] encode(V value);

    /**
     * Decodes what {@link #encode} gave.
     *
     * @param bytes as stored
     * @return the value
     */
    V decode(byte[] bytes);

    /**
     * Text as UTF-8.
     *
     * @return the codec
     */
    static Codec<String> string() {
        return of(value -> value.getBytes(StandardCharsets.UTF_8), bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    /**
     * Whole numbers as decimal digits, as Redis counts.
     *
     * @return the codec
     */
    static Codec<Long> longs() {
        return string().map(Object::toString, Long::valueOf);
    }

    /**
     * Whole numbers of 32 bits as decimal digits.
     *
     * @return the codec
     */
    static Codec<Integer> integers() {
        return string().map(Object::toString, Integer::valueOf);
    }

    /**
     * Bytes as they are, without a copy.
     *
     * @return the codec
     */
    static Codec<byte[]> bytes() {
        return of(Function.identity(), Function.identity());
    }

    /**
     * JSON, also for types that have a codec of their own. Needs {@code tools.jackson.core:jackson-databind} (Jackson 3).
     *
     * @param type a record, or any class that Jackson can write and read
     * @param <V> the type of the values
     * @return the codec
     * @throws IllegalArgumentException when Jackson 3 is absent
     */
    static <V> Codec<V> json(Class<V> type) {
        return BuiltInCodecs.json(type);
    }

    /**
     * A codec of two functions.
     *
     * @param encoder as {@link #encode}
     * @param decoder as {@link #decode}
     * @param <V> the type of the values
     * @return the codec
     */
    static <V> Codec<V> of(Function<? super V, byte[]> encoder, Function<byte[], ? extends V> decoder) {
        return new FunctionCodec<>(encoder, decoder);
    }

    /**
     * The codec for a type: built in for String, Long, Integer and byte[]; JSON through Jackson 3 for all others, when
     * {@code tools.jackson.core:jackson-databind} is on the class path.
     *
     * @param type of the values
     * @param <V> the type of the values
     * @return the codec
     * @throws IllegalArgumentException when the type is not built in and Jackson 3 is absent
     */
    static <V> Codec<V> forType(Class<V> type) {
        return BuiltInCodecs.forType(type);
    }

    /**
     * This codec for another type.
     *
     * @param to from the other type to this one
     * @param from from this type to the other one
     * @param <U> the other type
     * @return the codec
     */
    default <U> Codec<U> map(Function<? super U, ? extends V> to, Function<? super V, ? extends U> from) {
        return of(value -> encode(to.apply(value)), bytes -> from.apply(decode(bytes)));
    }
}
