package io.headrace.test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The temporary folder of one server: its data, its binary where needed, and its log. */
final class ServerFolder {

    private static final int TAIL_LINES = 15;

    private final Path folder;

    private ServerFolder(Path folder) {
        this.folder = folder;
    }

    static ServerFolder create(String prefix) {
        try {
            return new ServerFolder(Files.createTempDirectory(prefix));
        } catch (IOException e) {
            throw new TestServerException(
                    "test server: can't make a folder in %s. Point java.io.tmpdir to a writable folder."
                            .formatted(System.getProperty("java.io.tmpdir")),
                    e);
        }
    }

    Path path() {
        return folder;
    }

    Path data() {
        return folder.resolve("data");
    }

    Path log() {
        return folder.resolve("server.log");
    }

    /** The end of the server's own log, for error messages. */
    String logTail() {
        if (!Files.exists(log())) {
            return "(it wrote no log)";
        }
        try {
            List<String> lines = new String(Files.readAllBytes(log()), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        } catch (IOException e) {
            return "(its log can't be read: " + e.getMessage() + ")";
        }
    }

    void delete() {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new TestServerException(
                    "test server: can't remove its folder %s. Remove it by hand.".formatted(folder), e);
        }
    }
}
