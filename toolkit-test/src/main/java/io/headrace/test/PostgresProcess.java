package io.headrace.test;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One embedded PostgreSQL with its own folder and port, which may die and come back. */
final class PostgresProcess {

    static final String USER = "postgres";
    // A slow continuous-integration machine needs a good part of this to unpack the binaries the first time.
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration DEATH_LIMIT = Duration.ofSeconds(10);

    private final ServerFolder folder = ServerFolder.create("headrace-postgres-");
    private final int port = FreePort.find();
    // Guarded by this. Null while the server is down.
    private @Nullable EmbeddedPostgres running;
    private boolean stopped;
    private @Nullable StopAtExit stopAtExit;

    int port() {
        return port;
    }

    /** Where the data are, or will be with the first start. */
    Path data() {
        return folder.data();
    }

    synchronized void start() {
        if (stopped) {
            throw new IllegalStateException("PostgreSQL on port " + port + " was closed: start a new one");
        }
        if (running != null) {
            return;
        }
        try {
            running = EmbeddedPostgres.builder()
                    .setPort(port)
                    .setDataDirectory(folder.data())
                    // Ours to remove: the library would begin each start with an empty folder.
                    .setCleanDataDirectory(false)
                    .setRegisterShutdownHook(false)
                    .setPGStartupWait(START_LIMIT)
                    .setOutputRedirector(Redirect.appendTo(folder.log().toFile()))
                    .setErrorRedirector(Redirect.appendTo(folder.log().toFile()))
                    // The same order and case rules on every machine, and no locale that has to be installed.
                    .setLocaleConfig("locale", "C")
                    .setLocaleConfig("locale-provider", "builtin")
                    .setLocaleConfig("builtin-locale", "C.UTF-8")
                    .setServerConfig("max_connections", "200")
                    // The library turns it off; then a kill would lose commits that the client was told of.
                    .setServerConfig("synchronous_commit", "on")
                    .start();
            if (stopAtExit == null) {
                stopAtExit = StopAtExit.of("postgres-" + port, this::stop);
            }
        } catch (IOException | RuntimeException | ExceptionInInitializerError e) {
            throw new TestServerException(
                    "embedded PostgreSQL did not start on 127.0.0.1:%d within %d s: %s. Its last words:%n%s%nIt needs a Linux or macOS with its binaries on the class path and a java.io.tmpdir that allows execution. Otherwise set %s=r2dbc:postgresql://user:password@host:port/database to use a server that you run."
                            .formatted(
                                    port,
                                    START_LIMIT.toSeconds(),
                                    e.getMessage(),
                                    folder.logTail(),
                                    PostgresAddress.SETTING),
                    e);
        }
    }

    /** SIGKILL to the postmaster and then to its children, as when the machine loses power. */
    synchronized void kill() {
        if (running == null) {
            return;
        }
        ProcessHandle postmaster = postmaster();
        List<ProcessHandle> victims = new ArrayList<>();
        victims.add(postmaster);
        try (Stream<ProcessHandle> children = postmaster.descendants()) {
            children.forEach(victims::add);
        }
        // The postmaster first: it would answer the death of a child with a recovery of its own.
        victims.forEach(ProcessHandle::destroyForcibly);
        if (!Waiting.until(() -> victims.stream().noneMatch(ProcessHandle::isAlive), DEATH_LIMIT)) {
            throw new TestServerException(
                    "embedded PostgreSQL on port %d survived SIGKILL for %d s".formatted(port, DEATH_LIMIT.toSeconds()),
                    null);
        }
        running = null;
        forgetLock();
    }

    synchronized void restart() {
        shutDown();
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
        shutDown();
        folder.delete();
    }

    private void shutDown() {
        EmbeddedPostgres server = running;
        if (server == null) {
            return;
        }
        running = null;
        try {
            server.close();
        } catch (IOException e) {
            throw new TestServerException("embedded PostgreSQL on port " + port + " did not stop", e);
        }
    }

    private ProcessHandle postmaster() {
        Path file = folder.data().resolve("postmaster.pid");
        try {
            long pid = Long.parseLong(Files.readAllLines(file).get(0).strip());
            return ProcessHandle.of(pid).orElseThrow(() -> new IOException("no process " + pid));
        } catch (IOException e) {
            throw new TestServerException("embedded PostgreSQL on port " + port + " is not running any more", e);
        }
    }

    /**
     * The library holds a file lock on the data folder and lets go of it only in {@code close()}, which complains about
     * a server that can't be stopped. A new file can be locked anew.
     */
    private void forgetLock() {
        try {
            Files.deleteIfExists(folder.data().resolve("epg-lock"));
        } catch (IOException e) {
            throw new TestServerException("embedded PostgreSQL on port " + port + ": can't remove its lock file", e);
        }
    }
}
