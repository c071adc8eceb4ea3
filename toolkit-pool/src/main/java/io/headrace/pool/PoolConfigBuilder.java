package io.headrace.pool;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.headrace.pool.PoolConfig.Lifetime;
import io.headrace.pool.PoolConfig.Sizing;
import io.headrace.pool.PoolConfig.Timeouts;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The mutable side of {@link PoolConfig}, used inside {@link PoolConfig#of}. Each default stands here and nowhere else.
 * Values are checked when the {@link PoolConfig} is made. Not safe for use by several threads.
 */
public final class PoolConfigBuilder {

    private @Nullable String name;

    /** Keeps a database of 100 connections free for ten such services, and few workloads get faster with more. */
    private int size = 10;

    /** A pool that nobody uses should not hold connections. */
    private int minimumIdle = 0;

    /** At 10 connections and 10 ms each, a thousand callers wait a second; more would only wait for their timeout. */
    private int maxWaiting = 1_000;

    /** Shorter than the 10 s to 30 s after which clients and proxies give up, so that the reason reaches a log. */
    private Duration acquire = Duration.ofSeconds(5);

    /** Room for one lost SYN packet (sent again after 1 s) and a TLS handshake, within the acquire time. */
    private Duration connect = Duration.ofSeconds(3);

    /** Ten dead connections in a row take 3 s to find out, which leaves 2 s of the acquire time to connect. */
    private Duration validate = Duration.ofMillis(300);

    /** A ROLLBACK takes one round trip; whatever takes a second is stuck behind something, and is cheaper to replace. */
    private Duration release = Duration.ofSeconds(1);

    /** Half of the 10 s that container runtimes give between SIGTERM and SIGKILL. */
    private Duration close = Duration.ofSeconds(5);

    /** Bounds what a session collects on the server (plans, catalogue caches), and follows a failover sooner or later. */
    private @Nullable Duration maxLife = Duration.ofMinutes(30);

    /** Firewalls and cloud gateways drop silent connections after 5 to 15 minutes or more; most after ten. */
    private @Nullable Duration maxIdle = Duration.ofMinutes(10);

    /** A connection that worked half a second ago is not worth a round trip. */
    private Duration validateAfterIdle = Duration.ofMillis(500);

    PoolConfigBuilder() {}

    PoolConfigBuilder(PoolConfig config) {
        name = config.name();
        size = config.sizing().size();
        minimumIdle = config.sizing().minimumIdle();
        maxWaiting = config.sizing().maxWaiting();
        acquire = config.timeouts().acquire();
        connect = config.timeouts().connect();
        validate = config.timeouts().validate();
        release = config.timeouts().release();
        close = config.timeouts().close();
        maxLife = config.lifetime().maxLife();
        maxIdle = config.lifetime().maxIdle();
        validateAfterIdle = config.lifetime().validateAfterIdle();
    }

    /** The name in messages and, on PostgreSQL, in {@code application_name}. Default: the database of the URL. */
    @CanIgnoreReturnValue
    public PoolConfigBuilder name(String value) {
        name = requireNonNull(value, "name");
        return this;
    }

    /** The most connections, 1 or more. Default: 10. */
    @CanIgnoreReturnValue
    public PoolConfigBuilder size(int connections) {
        size = connections;
        return this;
    }

    /** How many connections the first acquire opens together, 0 to {@link #size}. Default: 0, one as each is needed. */
    @CanIgnoreReturnValue
    public PoolConfigBuilder minimumIdle(int connections) {
        minimumIdle = connections;
        return this;
    }

    /** How many callers may wait while all connections are lent; the next one fails at once. Default: 1,000. */
    @CanIgnoreReturnValue
    public PoolConfigBuilder maxWaiting(int callers) {
        maxWaiting = callers;
        return this;
    }

    /** The longest time from subscribing to {@link Pool#create()} to a working connection. Default: 5 s. */
    @CanIgnoreReturnValue
    public PoolConfigBuilder acquireTimeout(Duration limit) {
        acquire = limit;
        return this;
    }

    /** The longest time to open one connection. A caller waits for {@link #acquireTimeout} at most. Default: 3 s. */
    @CanIgnoreReturnValue
    public PoolConfigBuilder connectTimeout(Duration limit) {
        connect = limit;
        return this;
    }

    /** The longest time for an idle connection to show that it works, or it is replaced. Default: 300 ms. */
    @CanIgnoreReturnValue
    public PoolConfigBuilder validateTimeout(Duration limit) {
        validate = limit;
        return this;
    }

    /** The longest time to end a transaction that was left open, or the connection is replaced. Default: 1 s. */
    @CanIgnoreReturnValue
    public PoolConfigBuilder releaseTimeout(Duration limit) {
        release = limit;
        return this;
    }

    /** How long {@link Pool#close()} waits for connections that are still lent. Default: 5 s. */
    @CanIgnoreReturnValue
    public PoolConfigBuilder closeTimeout(Duration limit) {
        close = limit;
        return this;
    }

    /** The age at which a connection is replaced, once it is idle. Default: 30 min. */
    @CanIgnoreReturnValue
    public PoolConfigBuilder maxLife(Duration age) {
        maxLife = requireNonNull(age, "maxLife");
        return this;
    }

    /** Connections are kept however old they are. */
    @CanIgnoreReturnValue
    public PoolConfigBuilder noMaxLife() {
        maxLife = null;
        return this;
    }

    /** The unused time after which a connection is closed. Default: 10 min. */
    @CanIgnoreReturnValue
    public PoolConfigBuilder maxIdle(Duration unused) {
        maxIdle = requireNonNull(unused, "maxIdle");
        return this;
    }

    /** Connections are kept however long they are not used. */
    @CanIgnoreReturnValue
    public PoolConfigBuilder noMaxIdle() {
        maxIdle = null;
        return this;
    }

    /** The unused time after which a connection is validated before it is lent; zero for always. Default: 500 ms. */
    @CanIgnoreReturnValue
    public PoolConfigBuilder validateAfterIdle(Duration unused) {
        validateAfterIdle = unused;
        return this;
    }

    PoolConfig build() {
        return new PoolConfig(
                name,
                new Sizing(size, minimumIdle, maxWaiting),
                new Timeouts(acquire, connect, validate, release, close),
                new Lifetime(maxLife, maxIdle, validateAfterIdle));
    }
}
