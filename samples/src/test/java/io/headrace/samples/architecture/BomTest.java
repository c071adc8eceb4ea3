package io.headrace.samples.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The BOM that users import names the versions that the build tests with. */
class BomTest {

    @ParameterizedTest
    @ValueSource(strings = {"reactor-bom", "netty-bom"})
    void theBomAndTheParentImportTheSameVersion(String artifact) throws IOException {
        Path root = Path.of("").toAbsolutePath().getParent();
        String inParent = find(
                Files.readString(root.resolve("pom.xml")),
                "<" + artifact + ".version>(.+?)</" + artifact + ".version>");
        String inBom = find(
                Files.readString(root.resolve("toolkit-bom/pom.xml")),
                "<artifactId>" + artifact + "</artifactId>\\s*<version>(.+?)</version>");

        assertThat(inBom).isEqualTo(inParent);
    }

    private static String find(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(pattern).isTrue();
        return matcher.group(1);
    }
}
