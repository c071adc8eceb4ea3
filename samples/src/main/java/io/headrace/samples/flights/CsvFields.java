package io.headrace.samples.flights;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Splits one line into its fields. */
final class CsvFields {

    private CsvFields() {}

    /**
     * The fields of a line. Line by line, because a file read as one would lose everything behind a stray quote.
     *
     * @throws IllegalArgumentException where its quotes do not match, in words for people
     */
    static List<String> of(String line) {
        if (line.indexOf('"') < 0) {
            return List.of(line.split(",", -1));
        }
        // FastCSV takes the end of the text for the missing one.
        if (line.chars().filter(character -> character == '"').count() % 2 != 0) {
            throw new IllegalArgumentException("its quotes do not match");
        }
        try (CsvReader<CsvRecord> reader =
                CsvReader.builder().allowExtraCharsAfterClosingQuote(false).ofCsvRecord(line)) {
            return reader.stream().findFirst().map(CsvRecord::getFields).orElse(List.of());
        } catch (CsvParseException error) {
            throw new IllegalArgumentException("its quotes do not match", error);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }
}
