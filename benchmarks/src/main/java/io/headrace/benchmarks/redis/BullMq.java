package io.headrace.benchmarks.redis;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * BullMQ on Node in a process of its own, which has started before anything is measured; its processor time and memory
 * are not seen.
 */
final class BullMq implements AutoCloseable {

    private static final Path CONTENDER = Path.of("bullmq", "contender.mjs");

    private final Process process;
    private final BufferedWriter works;
    private final BufferedReader figures;

    private BullMq(Process process) {
        this.process = process;
        this.works = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        this.figures = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Nothing when {@code npm install} was not run for it. */
    static Optional<BullMq> start(String host, int port, String payload) throws IOException {
        Path here = Files.exists(CONTENDER) ? Path.of("") : Path.of("benchmarks");
        if (!Files.isDirectory(here.resolve("bullmq").resolve("node_modules"))) {
            return Optional.empty();
        }
        return Optional.of(new BullMq(
                new ProcessBuilder("node", here.resolve(CONTENDER).toString(), host, Integer.toString(port), payload)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start()));
    }

    long enqueue(int jobs) {
        return Long.parseLong(work("enqueue " + jobs));
    }

    long consume(int jobs) {
        return Long.parseLong(work("consume " + jobs));
    }

    /** The 50th and 99th percentile in microseconds. */
    long[] latency(int jobs, long paceMicros) {
        String[] percentiles = work("latency " + jobs + " " + paceMicros).split(" ");
        return new long[] {Long.parseLong(percentiles[0]), Long.parseLong(percentiles[1])};
    }

    private String work(String line) {
        try {
            works.write(line);
            works.newLine();
            works.flush();
            String figure = figures.readLine();
            if (figure == null) {
                throw new IllegalStateException("BullMQ's process ended at: " + line);
            }
            return figure;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
