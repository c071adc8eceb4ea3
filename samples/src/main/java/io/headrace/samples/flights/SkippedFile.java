package io.headrace.samples.flights;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The report of rows that were left out: {@code line,reason,row}, in the order in which they were found. Writing blocks;
 * any thread that may block can do it.
 */
final class SkippedFile implements AutoCloseable {

    private final Path path;
    private final CsvWriter writer;
    private long malformed;
    private long refused;

    private SkippedFile(Path path, CsvWriter writer) {
        this.path = path;
        this.writer = writer;
    }

    /** Makes the file and the folders above it, over an older one. */
    static SkippedFile create(Path path) {
        try {
            Path folder = path.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            CsvWriter writer = CsvWriter.builder().build(path, StandardCharsets.UTF_8);
            SkippedFile file = new SkippedFile(path, writer);
            writer.writeRecord("line", "reason", "row");
            return file;
        } catch (IOException | UncheckedIOException error) {
            throw new DemoException("Cannot write the report of skipped rows to '" + path + "'.", error);
        }
    }

    synchronized void addMalformed(ReadFlight.Malformed row) {
        malformed++;
        write(row.line().number(), row.reason(), row.line().text());
    }

    synchronized void addRefused(Flight row, Throwable error) {
        refused++;
        write(row.line(), Refusal.reason(error), row.toCsv());
    }

    private void write(long line, String reason, String row) {
        writer.writeRecord(Long.toString(line), reason, row);
    }

    /** Lines that are no flights. */
    synchronized long malformed() {
        return malformed;
    }

    /** Flights that the database did not take. */
    synchronized long refused() {
        return refused;
    }

    Path path() {
        return path;
    }

    @Override
    public synchronized void close() {
        try {
            writer.close();
        } catch (IOException error) {
            throw new DemoException("Cannot write the report of skipped rows to '" + path + "'.", error);
        }
    }
}
