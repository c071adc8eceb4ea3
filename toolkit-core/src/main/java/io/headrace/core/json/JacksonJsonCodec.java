package io.headrace.core.json;

import java.lang.reflect.Type;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON by Jackson 3, an optional dependency ({@code tools.jackson.core:jackson-databind}). */
public final class JacksonJsonCodec implements JsonCodec {

    private final JsonMapper mapper;

    private JacksonJsonCodec(JsonMapper mapper) {
        this.mapper = mapper;
    }

    /** A codec that ignores unknown properties, so that an older program can read what a newer one wrote. */
    public static JacksonJsonCodec create() {
        return of(JsonMapper.builder()
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build());
    }

    /** A codec by a mapper of the program's own. */
    public static JacksonJsonCodec of(JsonMapper mapper) {
        return new JacksonJsonCodec(mapper);
    }

    @Override
    public String write(Object value) {
        return mapper.writeValueAsString(value);
    }

    @Override
    public Object read(String json, Type type) {
        Object value = mapper.readValue(json, mapper.constructType(type));
        if (value == null) {
            throw new IllegalArgumentException("the JSON document is null");
        }
        return value;
    }
}
