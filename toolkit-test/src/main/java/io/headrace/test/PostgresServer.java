package io.headrace.test;

import java.util.Locale;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL server for tests.
 *
 * <p>{@link #start()} runs an embedded one on a free port of 127.0.0.1, with its data in a temporary folder;
 * {@link #shared()} is one server for the whole JVM. An embedded server has {@code max_connections=200},
 * {@code fsync=off}, the locale {@code C.UTF-8} on every machine, a superuser {@code postgres}, and otherwise the
 * defaults of PostgreSQL. Commits survive {@link #kill()}. It starts in 1 to 5 s, at most 60 s.
 *
 * <p>All methods block and may be called from any thread that may block. Problems are {@link TestServerException}s. A
 * server that nobody closed stops when the JVM ends in good order.
 */
public final class PostgresServer implements AutoCloseable {

    private static final SharedServer<PostgresServer> SHARED = new SharedServer<>(PostgresServer::openShared);
    private static final int LONGEST_HINT = 30;

    private final PostgresAddress address;
    private final @Nullable PostgresProcess process;
    private final boolean shared;

    private PostgresServer(PostgresAddress address, @Nullable PostgresProcess process, boolean shared) {
        this.address = address;
        this.process = process;
        this.shared = shared;
    }

    /**
     * Starts an embedded server that belongs to the caller.
     *
     * @throws TestServerException where it can't run; the message holds the server's own last words and what to do
     */
    public static PostgresServer start() {
        return embedded(false);
    }

    /**
     * The server of this JVM: started on first use, stopped when the JVM ends. Where the environment variable or system
     * property {@code HEADRACE_TEST_POSTGRES_URL} holds a URL such as
     * {@code r2dbc:postgresql://user:password@host:port/database}, it is that server, whose user must be allowed to
     * create databases. Closing it does nothing.
     */
    public static PostgresServer shared() {
        return SHARED.get();
    }

    /** The host to connect to. */
    public String host() {
        return address.host();
    }

    /** The TCP port to connect to; it stays the same over {@link #restart()}. */
    public int port() {
        return address.port();
    }

    /** The user to connect as. */
    public String user() {
        return address.user();
    }

    /** The password of that user; an embedded server accepts any, a server of yours may have an empty one. */
    public String password() {
        return address.password();
    }

    /** The maintenance database, which tests leave alone. */
    public String database() {
        return address.database();
    }

    /** The R2DBC URL of the maintenance database, credentials included. */
    public String url() {
        return address.url();
    }

    /**
     * Creates an empty database with a unique name.
     *
     * @param hint becomes part of the name, to be recognised in logs; any text
     */
    public TestPostgres createDatabase(String hint) {
        String readable = hint.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
        String name = "headrace_%s_%s"
                .formatted(
                        readable.substring(0, Math.min(LONGEST_HINT, readable.length())),
                        UUID.randomUUID().toString().substring(0, 8));
        // template0, because nobody can be connected to it: template1 refuses to be copied while somebody is.
        PostgresStatements.execute(address, "CREATE DATABASE " + name + " TEMPLATE template0");
        return new TestPostgres(address, address.withDatabase(name));
    }

    /**
     * Kills the server with SIGKILL, every process of it, and returns when they are dead. Clients see their connections
     * cut and new ones refused. Does nothing while it is down.
     *
     * @throws IllegalStateException unless the server comes from {@link #start()}
     */
    public void kill() {
        own("kill").kill();
    }

    /**
     * Starts the server again after {@link #kill()}, or stops and starts it, on the same port and data.
     *
     * @throws IllegalStateException unless the server comes from {@link #start()} and is not closed
     */
    public void restart() {
        own("restart").restart();
    }

    /**
     * Starts a standby of this server: a second embedded server with a port and data of its own, which takes over every
     * change by streaming replication and can be read from meanwhile ({@code hot_standby}). It belongs to the caller, who
     * may also {@link #kill()}, {@link #restart()} or promote ({@code SELECT pg_promote()}) it. For a database of this
     * server as the standby has it see {@link TestPostgres#on}.
     *
     * <p>It lags behind by some milliseconds; {@code SELECT pg_wal_replay_pause()} on it makes it stay behind. When the
     * connection between the two breaks it tries again about five times a second, so that this server may be restarted.
     * Until this server is closed it keeps the changes that the standby has not got yet.
     *
     * @throws IllegalStateException unless this server comes from {@link #start()}
     * @throws TestServerException where the standby can't run
     */
    public PostgresServer standby() {
        PostgresProcess primary = own("replicate");
        return started(
                new PostgresProcess(),
                process -> StandbyData.copy(address, primary.data(), process.data(), "standby_" + process.port()),
                false);
    }

    PostgresAddress address() {
        return address;
    }

    /** Stops the server and removes its data. Idempotent; without effect on {@link #shared()}. */
    @Override
    public void close() {
        if (!shared && process != null) {
            process.stop();
        }
    }

    @Override
    public String toString() {
        return "PostgreSQL at " + address;
    }

    private PostgresProcess own(String action) {
        if (shared || process == null) {
            throw new IllegalStateException(
                    "can't %s the shared %s: other tests use it. Take PostgresServer.start() for that."
                            .formatted(action, this));
        }
        return process;
    }

    private static PostgresServer openShared() {
        return ServerUrl.setting(PostgresAddress.SETTING)
                .map(url -> new PostgresServer(PostgresAddress.parse(url), null, true))
                .orElseGet(() -> embedded(true));
    }

    private static PostgresServer embedded(boolean shared) {
        return started(new PostgresProcess(), process -> {}, shared);
    }

    private static PostgresServer started(
            PostgresProcess process, Consumer<PostgresProcess> preparation, boolean shared) {
        try {
            preparation.accept(process);
            process.start();
        } catch (TestServerException e) {
            process.stop();
            throw e;
        }
        PostgresAddress address = new PostgresAddress(
                FreePort.loopback().getHostAddress(),
                process.port(),
                PostgresProcess.USER,
                PostgresProcess.USER,
                PostgresProcess.USER);
        return new PostgresServer(address, process, shared);
    }
}
