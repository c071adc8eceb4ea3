package io.headrace.pool;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.headrace.pool.RoutingConfig.FallBack;
import java.time.Duration;

/**
 * The mutable side of {@link RoutingConfig}, used inside {@link RoutingConfig#of}. Each default stands here and nowhere
 * else. Values are checked when the {@link RoutingConfig} is made. Not safe for use by several threads.
 */
public final class RoutingConfigBuilder {

    /** Twice what two looks may miss together, so that a look that comes late puts no good replica out. */
    private Duration maximumLag = Duration.ofSeconds(2);

    /** Two statements a second that read no table are nothing to a server, nor is ten times that from ten services. */
    private Duration lookEvery = Duration.ofMillis(500);

    /** Time for a connect across regions; a server that takes longer for this has no time for readers either. */
    private Duration lookTimeout = Duration.ofSeconds(1);

    /** The data are there, and most services would rather be slow than down. */
    private FallBack fallBack = FallBack.PRIMARY;

    RoutingConfigBuilder() {}

    /**
     * How old what a replica shows may be, as far as the looks can tell: longer than twice {@link #lookEvery}. A replica
     * that is further behind, or of which nothing was heard for so long, is not used. Default: 2 s.
     */
    @CanIgnoreReturnValue
    public RoutingConfigBuilder maximumLag(Duration limit) {
        maximumLag = requireNonNull(limit, "maximumLag");
        return this;
    }

    /** The pause between two looks at a server, be it the primary or a replica. Default: 500 ms. */
    @CanIgnoreReturnValue
    public RoutingConfigBuilder lookEvery(Duration pause) {
        lookEvery = requireNonNull(pause, "lookEvery");
        return this;
    }

    /**
     * How long one look may take, connecting included. A replica that takes longer is not used until a later look
     * succeeds. Default: 1 s.
     */
    @CanIgnoreReturnValue
    public RoutingConfigBuilder lookTimeout(Duration limit) {
        lookTimeout = requireNonNull(limit, "lookTimeout");
        return this;
    }

    /** What becomes of a reader when no replica can be used. Default: {@link FallBack#PRIMARY}. */
    @CanIgnoreReturnValue
    public RoutingConfigBuilder fallBack(FallBack choice) {
        fallBack = requireNonNull(choice, "fallBack");
        return this;
    }

    RoutingConfig build() {
        return new RoutingConfig(maximumLag, lookEvery, lookTimeout, fallBack);
    }
}
