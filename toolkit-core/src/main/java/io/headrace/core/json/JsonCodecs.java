package io.headrace.core.json;

import io.headrace.core.error.UnsupportedFeatureException;
import java.lang.reflect.Type;

/** Chooses a codec by what is on the class path. */
final class JsonCodecs {

    private JsonCodecs() {}

    static JsonCodec onClassPath() {
        try {
            Class.forName("tools.jackson.databind.json.JsonMapper", false, JsonCodecs.class.getClassLoader());
            return JacksonJsonCodec.create();
        } catch (ClassNotFoundException absent) {
            return new MissingJsonCodec();
        }
    }

    private static final class MissingJsonCodec implements JsonCodec {

        @Override
        public String write(Object value) {
            throw missing();
        }

        @Override
        public Object read(String json, Type type) {
            throw missing();
        }

        private static UnsupportedFeatureException missing() {
            return new UnsupportedFeatureException(
                    "JSON values need a JsonCodec: add tools.jackson.core:jackson-databind"
                            + " to the class path or set one with DatabaseConfig.withJson");
        }
    }
}
