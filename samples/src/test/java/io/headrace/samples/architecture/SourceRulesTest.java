package io.headrace.samples.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rules that only the text of the sources can break. */
class SourceRulesTest {

    private static final int LONGEST_FILE = 400;
    private static final Pattern PROMISE = Pattern.compile("\\b(TODO|FIXME|XXX)\\b");
    private static final List<Path> SOURCES = sources();

    @Test
    void theSourcesWereFound() {
        assertThat(SOURCES).hasSizeGreaterThan(50);
    }

    @Test
    void noSourceFileIsLongerThanItsLimit() {
        assertThat(SOURCES).allSatisfy(file -> assertThat(read(file).lines().count())
                .as("lines of %s", file)
                .isLessThanOrEqualTo(LONGEST_FILE));
    }

    @Test
    void nothingIsPromisedForLater() {
        assertThat(SOURCES.stream().filter(file -> !file.endsWith("SourceRulesTest.java")))
                .allSatisfy(file -> assertThat(PROMISE.matcher(read(file)).find())
                        .as("a promise in %s", file)
                        .isFalse());
    }

    private static List<Path> sources() {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("toolkit-core"))) {
            root = root.getParent();
        }
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> file.toString().contains("/src/"))
                    .toList();
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }
}
