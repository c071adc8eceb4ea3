package io.headrace.samples.flights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.test.StepVerifier;

class CsvSourceTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String TEXT = "name\nanna\nbert\n\ncarl\n";

    @TempDir
    Path folder;

    @Test
    void numbersTheLinesOfTheFile() throws IOException {
        CsvSource source = CsvSource.file(Files.writeString(folder.resolve("a.csv"), TEXT));

        StepVerifier.create(source.lines("name"))
                .expectNext(new CsvLine(2, "anna"), new CsvLine(3, "bert"), new CsvLine(4, ""), new CsvLine(5, "carl"))
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void knowsGzipByItsFirstBytesAndNotByItsName() throws IOException {
        CsvSource source = CsvSource.file(Files.write(folder.resolve("a.csv"), GzipText.of(TEXT)));

        StepVerifier.create(source.lines("name"))
                .expectNextCount(4)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void readsAgainForEachSubscriber() throws IOException {
        CsvSource source = CsvSource.file(Files.writeString(folder.resolve("a.csv"), TEXT));

        StepVerifier.create(source.lines("name").concatWith(source.lines("name")))
                .expectNextCount(8)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void readsNoFurtherThanAsked() {
        CsvSource source = CsvSource.shipped("flights-200k.csv.gz");

        StepVerifier.create(source.lines(FlightParser.HEADER), 3)
                .expectNextCount(3)
                .expectNoEvent(Duration.ofMillis(100))
                .thenRequest(2)
                .expectNextCount(2)
                .thenCancel()
                .verify(LIMIT);
    }

    @Test
    void aTornFileEndsInOneSentence() throws IOException {
        byte[] whole = GzipText.of("name\n" + "some text that goes on\n".repeat(50_000));
        CsvSource source =
                CsvSource.file(Files.write(folder.resolve("torn.csv.gz"), Arrays.copyOf(whole, whole.length / 2)));

        StepVerifier.create(source.lines("name").then())
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(DemoException.class)
                        .hasMessageStartingWith("Cannot read")
                        .hasMessageContaining("torn.csv.gz"))
                .verify(LIMIT);
    }

    @Test
    void refusesAnotherHeader() throws IOException {
        CsvSource source = CsvSource.file(Files.writeString(folder.resolve("a.csv"), "title\nanna\n"));

        assertThatThrownBy(() -> source.check("name"))
                .isInstanceOf(DemoException.class)
                .hasMessageContaining("its first line must be name.");
    }

    @Test
    void refusesAnEmptyFile() throws IOException {
        CsvSource source = CsvSource.file(Files.writeString(folder.resolve("a.csv"), ""));

        assertThatThrownBy(() -> source.check("name")).isInstanceOf(DemoException.class);
    }

    @Test
    void namesAMissingFile() {
        CsvSource source = CsvSource.file(folder.resolve("none.csv"));

        assertThatThrownBy(() -> source.check("name"))
                .isInstanceOf(DemoException.class)
                .hasMessageContaining("there is no such file");
    }
}
