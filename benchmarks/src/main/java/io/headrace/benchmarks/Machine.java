package io.headrace.benchmarks;

import io.headrace.test.TestPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Properties;
import java.util.TreeSet;

/** What the figures depend on: printed above them. */
final class Machine {

    private static final long MEGABYTE = 1L << 20;

    private Machine() {}

    static void print(PrintStream out, TestPostgres postgres) {
        Runtime runtime = Runtime.getRuntime();
        out.printf(
                Locale.ROOT,
                "- JDK %s (%s), heap of at most %,d MB, %s %s, %d processors, load %.1f at the start%n",
                Runtime.version(),
                System.getProperty("java.vm.vendor"),
                runtime.maxMemory() / MEGABYTE,
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                runtime.availableProcessors(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        out.printf("- PostgreSQL %s, embedded, over loopback%n", postgres.queryString("SHOW server_version"));
        out.printf("- %s%n", versions());
    }

    private static String versions() {
        Properties versions = new Properties();
        try (InputStream resource = Machine.class.getResourceAsStream("versions.properties")) {
            versions.load(resource);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
        StringBuilder text = new StringBuilder();
        for (String library : new TreeSet<>(versions.stringPropertyNames())) {
            text.append(text.isEmpty() ? "" : ", ").append(library).append(' ').append(versions.getProperty(library));
        }
        return text.toString();
    }
}
