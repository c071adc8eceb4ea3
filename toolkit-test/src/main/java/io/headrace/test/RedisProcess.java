package io.headrace.test;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.embedded.core.ExecutableProvider;

/** One embedded Redis with its own folder and port, which may die and come back. */
final class RedisProcess {

    private static final Duration START_LIMIT = Duration.ofSeconds(20);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    private final ServerFolder folder = ServerFolder.create("headrace-redis-");
    private final RedisAddress address = RedisAddress.local(FreePort.find());
    private final List<String> options;
    // Guarded by this.
    private @Nullable File executable;
    private @Nullable Process running;
    private @Nullable StopAtExit stopAtExit;
    private boolean stopped;

    RedisProcess(List<String> options) {
        this.options = options;
    }

    Path folder() {
        return folder.path();
    }

    /** Sends a signal to the running process, by the tool that every Unix has for it. */
    synchronized void signal(String name) {
        Process process = running;
        if (process == null) {
            throw new IllegalStateException("Redis on port " + address.port() + " does not run");
        }
        try {
            await(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start());
        } catch (IOException e) {
            throw new TestServerException("Redis on port %d: can't send it a signal".formatted(address.port()), e);
        }
    }

    RedisAddress address() {
        return address;
    }

    synchronized void start() {
        if (stopped) {
            throw new IllegalStateException("Redis on port " + address.port() + " was closed: start a new one");
        }
        if (running != null) {
            return;
        }
        try {
            // Only the binary is taken from the library: it would print the server's output and keep its own hooks.
            if (executable == null) {
                executable = ExecutableProvider.newJarResourceProvider(
                                folder.path().toFile())
                        .get();
            }
            Process process = new ProcessBuilder(command(executable))
                    .directory(folder.path().toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.appendTo(folder.log().toFile()))
                    .start();
            running = process;
            if (stopAtExit == null) {
                stopAtExit = StopAtExit.of("redis-" + address.port(), this::stop);
            }
            if (!Waiting.until(() -> !process.isAlive() || RedisCommands.answers(address), START_LIMIT)
                    || !process.isAlive()) {
                throw new IOException(process.isAlive() ? "no answer" : "it ended with code " + process.exitValue());
            }
        } catch (IOException | RuntimeException e) {
            throw new TestServerException(
                    "embedded Redis did not start on %s within %d s: %s. Its last words:%n%s%nIt needs a Linux, macOS or Windows with a java.io.tmpdir that allows execution. Otherwise set %s=redis://host:port to use a server that you run."
                            .formatted(
                                    address,
                                    START_LIMIT.toSeconds(),
                                    e.getMessage(),
                                    folder.logTail(),
                                    RedisAddress.SETTING),
                    e);
        }
    }

    synchronized void kill() {
        Process process = running;
        if (process != null) {
            running = null;
            await(process.destroyForcibly());
        }
    }

    synchronized void restart() {
        terminate();
        start();
    }

    synchronized void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        if (stopAtExit != null) {
            stopAtExit.cancel();
        }
        terminate();
        folder.delete();
    }

    private void terminate() {
        Process process = running;
        if (process != null) {
            running = null;
            process.destroy();
            await(process);
        }
    }

    private void await(Process process) {
        if (!Waiting.until(() -> !process.isAlive(), STOP_LIMIT)) {
            throw new TestServerException(
                    "embedded Redis on %s, process %d, did not stop within %d s"
                            .formatted(address, process.pid(), STOP_LIMIT.toSeconds()),
                    null);
        }
    }

    private List<String> command(File binary) throws IOException {
        List<String> command = new ArrayList<>(List.of(binary.getAbsolutePath()));
        List<String> rest = new ArrayList<>(options);
        if (rest.remove("--sentinel")) {
            // a sentinel writes what it learns into its configuration file and refuses to run without one
            Path file = folder.path().resolve("sentinel.conf");
            if (!Files.exists(file)) {
                Files.createFile(file);
            }
            command.addAll(List.of(file.toString(), "--sentinel"));
        } else {
            rest.addAll(0, List.of("--save", "", "--appendonly", "no"));
        }
        command.addAll(List.of("--port", Integer.toString(address.port()), "--bind", address.host()));
        command.addAll(rest);
        return command;
    }
}
