package io.headrace.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactoryProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What GraalVM is told to keep is there. Whether an image runs is not tested here. */
class NativeImageTest {

    private static final String OURS = "META-INF/native-image/io.headrace/toolkit-sqlite/reachability-metadata.json";
    private static final String OF_SQLITE_JDBC = "META-INF/native-image/org.xerial/sqlite-jdbc/native-image.properties";

    private static String resource(String name) throws IOException {
        try (InputStream in = NativeImageTest.class.getClassLoader().getResourceAsStream(name)) {
            assertThat(in).as(name).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static List<String> all(String key, String json) {
        List<String> values = Pattern.compile("\"" + key + "\"\\s*:\\s*\"([^\"]+)\"")
                .matcher(json)
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(values).as(key).isNotEmpty();
        return values;
    }

    @Test
    void everyListedClassAndResourceIsThere() throws IOException, ClassNotFoundException {
        String metadata = resource(OURS);

        for (String type : all("type", metadata)) {
            assertThat(Class.forName(type)).isNotNull();
        }
        for (String glob : all("glob", metadata)) {
            assertThat(resource(glob)).contains("io.headrace.sqlite.");
        }
    }

    @Test
    void theProviderThatTheServiceLoaderFindsIsListedWithItsConstructor() throws IOException, NoSuchMethodException {
        String metadata = resource(OURS);
        Class<?> provider = ServiceLoader.load(ConnectionFactoryProvider.class).stream()
                .map(ServiceLoader.Provider::type)
                .filter(type -> type.getPackageName().equals("io.headrace.sqlite"))
                .findFirst()
                .orElseThrow();

        assertThat(metadata).contains("\"" + provider.getName() + "\"").contains("\"<init>\"");
        assertThat(provider.getConstructor()).isNotNull();
    }

    /** The native library and what it calls back are registered by a feature of sqlite-jdbc; ours need not repeat it. */
    @Test
    void theLibraryBelowBringsItsOwnFeature() throws IOException {
        Matcher feature = Pattern.compile("--features=([\\w.]+)").matcher(resource(OF_SQLITE_JDBC));

        assertThat(feature.find()).isTrue();
        assertThat(resource("META-INF/versions/9/" + feature.group(1).replace('.', '/') + ".class"))
                .isNotEmpty();
    }
}
