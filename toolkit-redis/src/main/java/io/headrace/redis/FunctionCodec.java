package io.headrace.redis;

import java.util.function.Function;

/**
 * A codec of two functions.
 *
 * @param <V> the type of the values
 * @param encoder value to bytes
 * @param decoder bytes to value
 */
record FunctionCodec<V>(Function<? super V, byte[]> encoder, Function<byte[], ? extends V> decoder)
        implements Codec<V> {

    @Override
    public byte[] encode(V value) {
        return encoder.apply(value);
    }

    @Override
    public V decode(byte[] bytes) {
        return decoder.apply(bytes);
    }
}
