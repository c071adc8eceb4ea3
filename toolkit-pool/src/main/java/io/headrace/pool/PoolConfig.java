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
 */
public record PoolConfig(@Nullable String name, Sizing sizing, Timeouts timeouts, Lifetime lifetime) {

    public PoolConfig {
        if (name != null && name.isBlank()) {
            throw new IllegalArgumentException(
                    "The name of a pool must not be blank. Leave it out or say what it is for.");
        }
        requireNonNull(sizing, "sizing");
        requireNonNull(timeouts, "timeouts");
        requireNonNull(lifetime, "lifetime");
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
     * @param size the most connections, 1 or more
     * @param minimumIdle how many connections the first acquire opens together, 0 to {@code size}
     * @param maxWaiting how many callers may wait, 0 or more
     */
    public record Sizing(int size, int minimumIdle, int maxWaiting) {

        public Sizing {
            if (size < 1) {
                throw new IllegalArgumentException("The size of a pool must be 1 or more, not " + size + ".");
            }
            if (minimumIdle < 0 || minimumIdle > size) {
                throw new IllegalArgumentException("minimumIdle must be between 0 and the size, but it is "
                        + minimumIdle + " and the size is " + size + ". Lower minimumIdle or raise the size.");
            }
            if (maxWaiting < 0) {
                throw new IllegalArgumentException("maxWaiting must be 0 or more, not " + maxWaiting + ".");
            }
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
     * How long a connection is kept.
     *
     * @param maxLife the age at which a connection is replaced, or {@code null} for never
     * @param maxIdle the unused time after which a connection is closed, or {@code null} for never
     * @param validateAfterIdle the unused time after which a connection is asked whether it still works before it is
     *     lent; zero asks always
     */
    public record Lifetime(@Nullable Duration maxLife, @Nullable Duration maxIdle, Duration validateAfterIdle) {

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
