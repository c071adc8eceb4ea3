package io.headrace.samples.flights;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Schedulers;

/** A CSV file, plain or compressed by gzip, read line by line on demand. */
final class CsvSource {

    private static final int BUFFER_SIZE = 1 << 16;
    private static final int GZIP_MAGIC = 0x1f8b;

    private final String name;
    private final Opening opening;

    private interface Opening {
        InputStream open() throws IOException;
    }

    private CsvSource(String name, Opening opening) {
        this.name = name;
        this.opening = opening;
    }

    static CsvSource file(Path path) {
        return new CsvSource(path.toString(), () -> Files.newInputStream(path));
    }

    /** A file that ships with the samples. */
    static CsvSource shipped(String name) {
        return new CsvSource(name, () -> {
            InputStream found = CsvSource.class.getResourceAsStream(name);
            if (found == null) {
                throw new NoSuchFileException(name);
            }
            return found;
        });
    }

    String name() {
        return name;
    }

    /**
     * The lines below the header. Cold: each subscription opens the file, and closes it at the end or on cancel. Reading
     * blocks, so all of it happens on a thread that may, and no further than downstream has asked for.
     *
     * @param header the first line that the file must have
     */
    Flux<CsvLine> lines(String header) {
        return Flux.<CsvLine, LineReader>generate(() -> open(header), CsvSource::emitNext, LineReader::close)
                .onErrorMap(UncheckedIOException.class, error -> unreadable(error.getCause()))
                .subscribeOn(Schedulers.boundedElastic())
                .cancelOn(Schedulers.boundedElastic());
    }

    /** Opens the file and looks at its header, so that a wrong one is known before any work is done; blocks. */
    void check(String header) {
        open(header).close();
    }

    private static LineReader emitNext(LineReader reader, SynchronousSink<CsvLine> sink) {
        CsvLine next = reader.next();
        if (next == null) {
            sink.complete();
        } else {
            sink.next(next);
        }
        return reader;
    }

    private LineReader open(String header) {
        try {
            LineReader reader = new LineReader(unzipped(opening.open()));
            CsvLine first = reader.next();
            if (first == null || !first.text().strip().equals(header)) {
                reader.close();
                throw new DemoException(
                        "'" + name + "' is not a file of this kind: its first line must be " + header + ".", null);
            }
            return reader;
        } catch (IOException error) {
            throw unreadable(error);
        } catch (UncheckedIOException error) {
            throw unreadable(error.getCause());
        }
    }

    private static InputStream unzipped(InputStream stream) throws IOException {
        InputStream buffered = new BufferedInputStream(stream, BUFFER_SIZE);
        try {
            buffered.mark(2);
            int magic = buffered.read() << 8 | buffered.read();
            buffered.reset();
            return magic == GZIP_MAGIC ? new GZIPInputStream(buffered, BUFFER_SIZE) : buffered;
        } catch (IOException error) {
            buffered.close();
            throw error;
        }
    }

    private DemoException unreadable(@Nullable IOException error) {
        String reason;
        if (error instanceof NoSuchFileException) {
            reason = "there is no such file";
        } else if (error instanceof AccessDeniedException) {
            reason = "access is denied";
        } else {
            reason = error == null ? "unknown reason" : String.valueOf(error.getMessage());
        }
        return new DemoException("Cannot read '" + name + "': " + reason + ".", error);
    }

    /** Counts lines while it reads. */
    private static final class LineReader {

        private final BufferedReader reader;
        private long number;

        LineReader(InputStream stream) {
            this.reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8), BUFFER_SIZE);
        }

        @Nullable
        CsvLine next() {
            try {
                String text = reader.readLine();
                number++;
                return text == null ? null : new CsvLine(number, text);
            } catch (IOException error) {
                throw new UncheckedIOException(error);
            }
        }

        void close() {
            try {
                reader.close();
            } catch (IOException error) {
                throw new UncheckedIOException(error);
            }
        }
    }
}
