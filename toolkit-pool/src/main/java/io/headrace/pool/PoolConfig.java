package io.headrace.pool;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a {@link Pool}: an immutable value, validated when it is made.
 *
 * <pre>{@code
 * PoolConfig config = PoolConfig.of(c -> c.name("shop").size(20).acquireTimeout(Duration.ofSeconds(2)));
 * }</pre>
 *
 * <p>{@link PoolConfigBuilder} documents each setting with its default and the reason for it.
 *
 * @param name the name in messages, or {@code null} for the database that the URL names, or else {@code pool}
 * @param sizing how many connections, how many callers waiting for one
 * @param timeouts how long each phase may take
 * @param lifetime how long a connection is kept, and when it has to prove that it still works
 * @param connectBackOff how long the pool leaves the database alone after a failed connect
 * @param leakDetection when a borrower is taken for one that forgot its connection
 * @param metrics whether the pool reports to Micrometer's global registry where Micrometer is on the class path
 */
public record PoolConfig(
        @Nullable String name,
        Sizing sizing,
        Timeouts timeouts,
        Lifetime lifetime,
        BackOff connectBackOff,
        LeakDetection leakDetection,
        boolean metrics) {

    public PoolConfig {
        if (name != null && name.isBlank()) {
            throw new IllegalArgumentException(
                    "The name of a pool must not be blank. Leave it out or say what it is for.");
        }
        requireNonNull(sizing, "sizing");
        requireNonNull(timeouts, "timeouts");
        requireNonNull(lifetime, "lifetime");
        requireNonNull(connectBackOff, "connectBackOff");
        requireNonNull(leakDetection, "leakDetection");
        Duration threshold = leakDetection.threshold();
        if (threshold != null && leakDetection.reclaim() && threshold.compareTo(timeouts.release()) < 0) {
            throw new IllegalArgumentException("leakThreshold is " + Text.of(threshold) + " and releaseTimeout is "
                    + Text.of(timeouts.release()) + ", so a connection could be taken back while it is being cleaned. "
                    + "Raise leakThreshold or lower releaseTimeout.");
        }
    }

    /** The defaults, which are bounded in every respect. */
    public static PoolConfig defaults() {
        return new PoolConfigBuilder().build();
    }

    /**
     * The defaults with some settings changed.
     *
     * @throws IllegalArgumentException if a setting is out of its range or two of them contradict each other
     */
    public static PoolConfig of(UnaryOperator<PoolConfigBuilder> settings) {
        return settings.apply(new PoolConfigBuilder()).build();
    }

    /**
     * This value with some settings changed.
     *
     * @throws IllegalArgumentException as for {@link #of(UnaryOperator)}
     */
    public PoolConfig with(UnaryOperator<PoolConfigBuilder> settings) {
        return settings.apply(new PoolConfigBuilder(this)).build();
    }

    /**
     * How many connections, and how many callers may wait for one.
     *
     * @param size the most connections that are kept, 1 or more
     * @param overflow how many more may be opened while all of those are lent, 0 or more; closed when they come back and
     *     nobody waits
     * @param minimumIdle how many connections are kept open even if nobody uses them, 0 to {@code size}
     * @param maxWaiting how many callers may wait, 0 or more
     */
    public record Sizing(int size, int overflow, int minimumIdle, int maxWaiting) {

        public Sizing {
            if (size < 1) {
                throw new IllegalArgumentException("The size of a pool must be 1 or more, not " + size + ".");
            }
            if (overflow < 0) {
                throw new IllegalArgumentException("overflow must be 0 or more, not " + overflow + ".");
            }
            if ((long) size + overflow > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("size and overflow must not exceed " + Integer.MAX_VALUE
                        + " together, but they are " + size + " and " + overflow + ".");
            }
            if (minimumIdle < 0 || minimumIdle > size) {
                throw new IllegalArgumentException("minimumIdle must be between 0 and the size, but it is "
                        + minimumIdle + " and the size is " + size + ". Lower minimumIdle or raise the size.");
            }
            if (maxWaiting < 0) {
                throw new IllegalArgumentException("maxWaiting must be 0 or more, not " + maxWaiting + ".");
            }
        }

        /** The most connections at any time. */
        public int most() {
            return size + overflow;
        }
    }

    /**
     * The longest time of each phase, all of them positive.
     *
     * @param acquire waiting, connecting and validating together, as the caller sees it
     * @param connect opening one connection, with the whole handshake
     * @param validate asking an idle connection whether it still works; shorter than {@code acquire}
     * @param release cleaning a connection that comes back with an open transaction
     * @param close how long {@link Pool#close()} waits for connections that are still lent
     */
    public record Timeouts(Duration acquire, Duration connect, Duration validate, Duration release, Duration close) {

        public Timeouts {
            requirePositive("acquireTimeout", acquire);
            requirePositive("connectTimeout", connect);
            requirePositive("validateTimeout", validate);
            requirePositive("releaseTimeout", release);
            requirePositive("closeTimeout", close);
            if (validate.compareTo(acquire) >= 0) {
                throw new IllegalArgumentException("validateTimeout is " + Text.of(validate) + " and acquireTimeout is "
                        + Text.of(acquire) + ", so one dead connection would use up the whole wait. "
                        + "Lower validateTimeout or raise acquireTimeout.");
            }
        }
    }

    /**
     * How long a connection is kept. The pool looks at its connections four times within the shortest of {@code maxLife},
     * {@code maxIdle} and {@code keepAlive}, every 30 s at least, so each may come that much later.
     *
     * @param maxLife the age at which a connection is replaced, or {@code null} for never; each connection has up to a
     *     tenth less, by chance, so that those that were opened together are not replaced together
     * @param maxIdle the unused time after which a connection is closed, or {@code null} for never
     * @param validateAfterIdle the unused time after which a connection is asked whether it still works before it is
     *     lent; zero asks always
     * @param keepAlive the unused time after which a connection is asked whether it still works though nobody wants it,
     *     or {@code null} for never
     */
    public record Lifetime(
            @Nullable Duration maxLife,
            @Nullable Duration maxIdle,
            Duration validateAfterIdle,
            @Nullable Duration keepAlive) {

        public Lifetime {
            if (maxLife != null) {
                requirePositive("maxLife", maxLife);
            }
            if (maxIdle != null) {
                requirePositive("maxIdle", maxIdle);
            }
            requireNonNull(validateAfterIdle, "validateAfterIdle");
            if (validateAfterIdle.isNegative()) {
                throw new IllegalArgumentException(
                        "validateAfterIdle must not be negative, but it is " + Text.of(validateAfterIdle) + ".");
            }
            if (keepAlive != null) {
                requirePositive("keepAlive", keepAlive);
            }
        }
    }

    /**
     * How long the pool leaves the database alone after a connect that failed: twice as long each time, from the first
     * pause to the longest, and each pause up to a half shorter by chance.
     *
     * @param first the pause after the first failure
     * @param longest the longest pause, {@code first} or more
     */
    public record BackOff(Duration first, Duration longest) {

        public BackOff {
            requirePositive("the first pause of connectBackOff", first);
            requirePositive("the longest pause of connectBackOff", longest);
            if (longest.compareTo(first) < 0) {
                throw new IllegalArgumentException("The longest pause of connectBackOff is " + Text.of(longest)
                        + " and the first is " + Text.of(first) + ". Raise the longest or lower the first.");
            }
        }
    }

    /**
     * When a borrower is taken for one that forgot its connection.
     *
     * @param threshold the time after which a loan is reported, or {@code null} for never
     * @param reclaim whether the connection is then also closed, which gives the pool its place back
     */
    public record LeakDetection(@Nullable Duration threshold, boolean reclaim) {

        public LeakDetection {
            if (threshold != null) {
                requirePositive("leakThreshold", threshold);
            } else if (reclaim) {
                throw new IllegalArgumentException(
                        "Leaked connections can't be reclaimed without a leakThreshold. Set one.");
            }
        }
    }

    private static void requirePositive(String setting, Duration value) {
        requireNonNull(value, setting);
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(
                    setting + " must be longer than zero, but it is " + Text.of(value) + ".");
        }
    }
}
