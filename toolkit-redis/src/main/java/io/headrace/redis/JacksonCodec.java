package io.headrace.redis;

import java.lang.reflect.Type;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Stores values as JSON with Jackson 3, which is an optional dependency ({@code tools.jackson.core:jackson-databind}).
 * Unknown properties are ignored, so that an older program can read what a newer one wrote.
 *
 * @param <V> the type of the values
 */
public final class JacksonCodec<V> implements Codec<V> {

    private final ObjectWriter writer;
    private final ObjectReader reader;

    private JacksonCodec(Type type) {
        JsonMapper mapper = JsonMapper.builder()
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();
        JavaType known = mapper.constructType(type);
        this.writer = mapper.writerFor(known);
        this.reader = mapper.readerFor(known);
    }

    /**
     * A codec for one class.
     *
     * @param type a record, or any class that Jackson can write and read
     * @param <V> the type of the values
     * @return the codec
     */
    public static <V> JacksonCodec<V> of(Class<V> type) {
        return new JacksonCodec<>(type);
    }

    static JacksonCodec<?> of(Type type) {
        return new JacksonCodec<>(type);
    }

    @Override
    public byte[] encode(V value) {
        return writer.writeValueAsBytes(value);
    }

    @Override
    public V decode(byte[] bytes) {
        V value = reader.readValue(bytes);
        if (value == null) {
            throw new IllegalArgumentException("The stored JSON is null.");
        }
        return value;
    }
}
