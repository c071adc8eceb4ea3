package io.headrace.test;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A real Redis server for tests.
 *
 * <p>{@link #start()} runs an embedded one (Redis 6.2) on a free port of 127.0.0.1 that writes nothing to disk, so it
 * is empty again after {@link #kill()} and {@link #restart()}; {@link #shared()} is one server for the whole JVM. It
 * starts in about 0.1 s, at most 20 s.
 *
 * <p>All methods block and may be called from any thread that may block. Problems are {@link TestServerException}s. A
 * server that nobody closed stops when the JVM ends in good order.
 */
public final class RedisServer implements AutoCloseable {

    private static final SharedServer<RedisServer> SHARED = new SharedServer<>(RedisServer::openShared);

    private final RedisAddress address;
    private final @Nullable RedisProcess process;
    private final boolean shared;

    private RedisServer(RedisAddress address, @Nullable RedisProcess process, boolean shared) {
        this.address = address;
        this.process = process;
        this.shared = shared;
    }

    /**
     * Starts an embedded server that belongs to the caller.
     *
     * @throws TestServerException where it can't run; the message holds the server's own last words and what to do
     */
    public static RedisServer start() {
        return embedded(new RedisProcess(List.of()), false);
    }

    /**
     * The same with settings of its own, as they would stand on the command line of {@code redis-server}, for example
     * {@code startWith("--cluster-enabled", "yes")}; {@code --sentinel} makes it a sentinel. Relative paths lie in the
     * folder of the server, which goes with it.
     *
     * @param options names and values; port and bind address are given already
     * @throws TestServerException where it can't run
     */
    public static RedisServer startWith(String... options) {
        return embedded(new RedisProcess(List.of(options)), false);
    }

    /**
     * The server of this JVM: started on first use, stopped when the JVM ends. Where the environment variable or system
     * property {@code HEADRACE_TEST_REDIS_URL} holds a URL such as {@code redis://user:password@host:port/0}, it is that
     * server. Closing it does nothing.
     */
    public static RedisServer shared() {
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

    /** The URL to connect to, with credentials and database where there are any. */
    public String url() {
        return address.url();
    }

    /**
     * A key prefix of its own in this server, for use without {@link RedisTest}; {@link TestRedis#removeKeys()} ends it.
     *
     * @param hint becomes part of the prefix, to be recognised in logs; any text
     */
    public TestRedis createKeyspace(String hint) {
        String readable = hint.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        String unique = UUID.randomUUID().toString().substring(0, 8);
        return new TestRedis(address, "headrace-%s-%s:".formatted(readable, unique));
    }

    /**
     * Kills the server with SIGKILL and returns when it is dead. Clients see their connections cut and new ones
     * refused; the data is lost. Does nothing while it is down.
     *
     * @throws IllegalStateException unless the server comes from {@link #start()}
     */
    public void kill() {
        own("kill").kill();
    }

    /**
     * Starts the server again after {@link #kill()}, or stops and starts it, on the same port and empty.
     *
     * @throws IllegalStateException unless the server comes from {@link #start()} and is not closed
     */
    public void restart() {
        own("restart").restart();
    }

    /**
     * Stops the server where it stands (SIGSTOP): its connections stay, and nothing answers. {@link #resume()}, {@link #kill()}
     * and {@link #close()} end that. Not on Windows.
     *
     * @throws IllegalStateException unless the server comes from {@link #start()} and runs
     */
    public void pause() {
        own("pause").signal("STOP");
    }

    /**
     * Lets a server go on after {@link #pause()}.
     *
     * @throws IllegalStateException unless the server comes from {@link #start()} and runs
     */
    public void resume() {
        own("resume").signal("CONT");
    }

    /** The folder in which an own server runs. */
    public Path folder() {
        return own("tell the folder of").folder();
    }

    /** Stops the server. Idempotent; without effect on {@link #shared()}. */
    @Override
    public void close() {
        if (!shared && process != null) {
            process.stop();
        }
    }

    @Override
    public String toString() {
        return "Redis at " + address;
    }

    private RedisProcess own(String action) {
        if (shared || process == null) {
            throw new IllegalStateException(
                    "can't %s the shared %s: other tests use it. Take RedisServer.start() for that."
                            .formatted(action, this));
        }
        return process;
    }

    private static RedisServer openShared() {
        return ServerUrl.setting(RedisAddress.SETTING)
                .map(url -> new RedisServer(RedisAddress.parse(url), null, true))
                .orElseGet(() -> embedded(new RedisProcess(List.of()), true));
    }

    private static RedisServer embedded(RedisProcess process, boolean shared) {
        try {
            process.start();
        } catch (TestServerException e) {
            process.stop();
            throw e;
        }
        return new RedisServer(process.address(), process, shared);
    }
}
