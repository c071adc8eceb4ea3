package io.headrace.pool;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * The settings of a {@link RoutingPool}: an immutable value, validated when it is made.
 *
 * <pre>{@code
 * RoutingConfig config = RoutingConfig.of(c -> c.maximumLag(Duration.ofSeconds(10)));
 * }</pre>
 *
 * <p>{@link RoutingConfigBuilder} documents each setting with its default and the reason for it.
 *
 * @param maximumLag how old what a replica shows may be, longer than twice {@code lookEvery}
 * @param lookEvery the pause between two looks at a server
 * @param lookTimeout how long one look at a server may take, connecting included
 * @param fallBack what becomes of a reader when no replica can be used
 */
public record RoutingConfig(Duration maximumLag, Duration lookEvery, Duration lookTimeout, FallBack fallBack) {

    /** What becomes of a reader when no replica can be used. */
    public enum FallBack {
        /** It gets a connection of the primary. */
        PRIMARY,
        /** It gets a {@link NoReplicaException}, and the primary is spared. */
        FAIL
    }

    public RoutingConfig {
        requirePositive("maximumLag", maximumLag);
        requirePositive("lookEvery", lookEvery);
        requirePositive("lookTimeout", lookTimeout);
        requireNonNull(fallBack, "fallBack");
        if (maximumLag.compareTo(lookEvery.multipliedBy(2)) <= 0) {
            throw new IllegalArgumentException("maximumLag is " + Text.of(maximumLag) + " and lookEvery is "
                    + Text.of(lookEvery) + ", but what two looks one after the other have shown is up to "
                    + Text.of(lookEvery.multipliedBy(2)) + " old, so replicas that follow at once would be left out. "
                    + "Raise maximumLag or lower lookEvery.");
        }
    }

    /** The defaults. */
    public static RoutingConfig defaults() {
        return new RoutingConfigBuilder().build();
    }

    /**
     * The defaults with some settings changed.
     *
     * @throws IllegalArgumentException if a setting is out of its range or two of them contradict each other
     */
    public static RoutingConfig of(UnaryOperator<RoutingConfigBuilder> settings) {
        return settings.apply(new RoutingConfigBuilder()).build();
    }

    private static void requirePositive(String setting, Duration value) {
        requireNonNull(value, setting);
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(
                    setting + " must be longer than zero, but it is " + Text.of(value) + ".");
        }
    }
}
