package io.headrace.pool;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.headrace.pool.PoolConfig.BackOff;
import io.headrace.pool.PoolConfig.LeakDetection;
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

    /** More than the size is a choice of the user, who knows what the database allows. */
    private int overflow = 0;

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

    /** Well within the shortest patience of firewalls and gateways, and next to no traffic. */
    private @Nullable Duration keepAlive = Duration.ofMinutes(2);

    /** A server that restarts refuses for a second or two: the first pauses should not add much to that. */
    private Duration firstPause = Duration.ofMillis(100);

    /** Every pool of a service asks a database that is down once in a few seconds, which no database minds. */
    private Duration longestPause = Duration.ofSeconds(3);

    /** How long a loan may take is known to the program only; a batch may well hold one for an hour. */
    private @Nullable Duration leakThreshold = null;

    private boolean reclaim = false;

    /** What is on the class path is there to be used. */
    private boolean metrics = true;

    PoolConfigBuilder() {}

    PoolConfigBuilder(PoolConfig config) {
        name = config.name();
        size = config.sizing().size();
        overflow = config.sizing().overflow();
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
        keepAlive = config.lifetime().keepAlive();
        firstPause = config.connectBackOff().first();
        longestPause = config.connectBackOff().longest();
        leakThreshold = config.leakDetection().threshold();
        reclaim = config.leakDetection().reclaim();
        metrics = config.metrics();
    }

    /** The name in messages and, on PostgreSQL, in {@code application_name}. Default: the database of the URL. */
    @CanIgnoreReturnValue
    public PoolConfigBuilder name(String value) {
        name = requireNonNull(value, "name");
        return this;
    }

    /** The most connections that are kept, 1 or more. Default: 10. */
    @CanIgnoreReturnValue
    public PoolConfigBuilder size(int connections) {
        size = connections;
        return this;
    }

    /**
     * How many more connections may be opened while all of {@link #size} are lent, 0 or more. They are closed when they
     * come back and nobody waits. Default: 0.
     */
    @CanIgnoreReturnValue
    public PoolConfigBuilder overflow(int connections) {
        overflow = connections;
        return this;
    }

    /**
     * How many connections are kept open even if nobody uses them, 0 to {@link #size}; opened by the first acquire or by
     * {@code Pool.warmUp()}, and again when one is lost. Default: 0, one as each is needed.
     */
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

    /**
     * The unused time after which a connection is asked whether it still works though nobody wants it, so that nothing
     * on the way takes it for forgotten. Default: 2 min.
     */
    @CanIgnoreReturnValue
    public PoolConfigBuilder keepAlive(Duration unused) {
        keepAlive = requireNonNull(unused, "keepAlive");
        return this;
    }

    /** Connections that nobody uses are left alone. */
    @CanIgnoreReturnValue
    public PoolConfigBuilder noKeepAlive() {
        keepAlive = null;
        return this;
    }

    /**
     * The pause after a failed connect and the longest one, twice as long each time in between. Default: 100 ms to 3 s.
     */
    @CanIgnoreReturnValue
    public PoolConfigBuilder connectBackOff(Duration first, Duration longest) {
        firstPause = first;
        longestPause = longest;
        return this;
    }

    /**
     * The time after which a loan is reported as a suspected leak, with the place in the program that acquired it.
     * Default: none; with one, each acquire looks at the stack.
     */
    @CanIgnoreReturnValue
    public PoolConfigBuilder leakThreshold(Duration held) {
        leakThreshold = requireNonNull(held, "leakThreshold");
        reclaim = false;
        return this;
    }

    /** {@link #leakThreshold}, after which the connection is also closed and its place in the pool free again. */
    @CanIgnoreReturnValue
    public PoolConfigBuilder reclaimLeaksAfter(Duration held) {
        leakThreshold = requireNonNull(held, "leakThreshold");
        reclaim = true;
        return this;
    }

    /** Nothing is reported to Micrometer, even where it is on the class path. */
    @CanIgnoreReturnValue
    public PoolConfigBuilder noMetrics() {
        metrics = false;
        return this;
    }

    PoolConfig build() {
        return new PoolConfig(
                name,
                new Sizing(size, overflow, minimumIdle, maxWaiting),
                new Timeouts(acquire, connect, validate, release, close),
                new Lifetime(maxLife, maxIdle, validateAfterIdle, keepAlive),
                new BackOff(firstPause, longestPause),
                new LeakDetection(leakThreshold, reclaim),
                metrics);
    }
}
