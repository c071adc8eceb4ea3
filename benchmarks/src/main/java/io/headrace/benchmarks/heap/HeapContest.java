package io.headrace.benchmarks.heap;

import io.headrace.benchmarks.peers.Peers;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * A large result read by a JVM of its own with a heap of 64 MB. That JVM counts and sums what it reads and ends with an
 * error unless it is all there.
 */
public final class HeapContest {

    private static final String HEAP = "-Xmx64m";
    private static final int FINISHED = 0;
    // What ExitOnOutOfMemoryError ends a JVM with.
    private static final int OUT_OF_MEMORY = 3;
    private static final long LONGEST_MINUTES = 30;
    private static final double NANOS_PER_SECOND = 1e9;

    private HeapContest() {}

    /** Runs it and prints a table. Progress goes to the standard error. */
    public static void run(Peers peers, long rows, PrintStream out) throws IOException, InterruptedException {
        List<String> table = new ArrayList<>();
        for (StreamingWay way : StreamingWay.values()) {
            System.err.printf("%s under %s%n", way.title(), HEAP);
            table.add(line(way, rows, seconds(peers, rows, way)));
        }
        out.printf(Locale.ROOT, "%n### %,d rows of 3 columns streamed under `%s`%n%n", rows, HEAP);
        out.println("| how | finished | s, start of the JVM included | rows/s |");
        out.println("| --- | --- | ---: | ---: |");
        table.forEach(out::println);
    }

    private static double seconds(Peers peers, long rows, StreamingWay way) throws IOException, InterruptedException {
        long start = System.nanoTime();
        int exitCode = exitCode(command(peers, rows, way));
        double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
        int expected = way.mustFinish() ? FINISHED : OUT_OF_MEMORY;
        if (exitCode != expected) {
            throw new IllegalStateException(
                    "%s under %s should have ended with %d, but did so with %d: %d is out of memory"
                            .formatted(way.title(), HEAP, expected, exitCode, OUT_OF_MEMORY));
        }
        return seconds;
    }

    private static String line(StreamingWay way, long rows, double seconds) {
        return way.mustFinish()
                ? String.format(Locale.ROOT, "| %s | yes | %.1f | %,.0f |", way.title(), seconds, rows / seconds)
                : String.format(Locale.ROOT, "| %s | no, out of memory | %.1f | |", way.title(), seconds);
    }

    private static List<String> command(Peers peers, long rows, StreamingWay way) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add(HEAP);
        command.add("-XX:+ExitOnOutOfMemoryError");
        // What newer JDKs have to be told, this JVM was told.
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--"))
                .forEach(command::add);
        command.addAll(List.of("-classpath", System.getProperty("java.class.path"), HeapStream.class.getName()));
        command.addAll(List.of(peers.postgres().url(), Long.toString(rows), way.argument()));
        return command;
    }

    private static int exitCode(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (!process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IllegalStateException("still running after " + LONGEST_MINUTES + " minutes: " + command);
        }
        return process.exitValue();
    }
}
