package io.headrace.pool;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Reports a {@link RoutingPool} to Micrometer, beside what its pools report each ({@link MicrometerPoolMetrics}). Needs
 * {@code micrometer-core} on the class path; where it is, every routing pool reports to {@code Metrics.globalRegistry} by
 * itself, unless its primary has {@link PoolConfigBuilder#noMetrics()}. This class reports to a registry of one's own choice:
 *
 * <pre>{@code
 * MicrometerRoutingMetrics.of(routing).bindTo(registry);
 * }</pre>
 *
 * <p>All meters have the tags {@code pool}, the name of the primary's pool, and {@code server}, the name of the pool of the
 * server that they are about.
 *
 * <table>
 * <caption>Meters</caption>
 * <tr><th>name</th><th>kind</th><th>what</th></tr>
 * <tr><td>{@code headrace.routing.reads}</td><td>counter by {@code role}</td><td>connections lent for what is marked as
 * reading only, of a {@code replica} or of the {@code primary}; not counted where there is no replica at all</td></tr>
 * <tr><td>{@code headrace.routing.lag}</td><td>gauge, seconds</td><td>how old what a replica shows is at the most; not a
 * number while that is not known</td></tr>
 * <tr><td>{@code headrace.routing.usable}</td><td>gauge</td><td>1 while a replica is read from, else 0</td></tr>
 * </table>
 *
 * <p>The gauges are removed when the routing pool is closed; counters keep what they have counted.
 */
public final class MicrometerRoutingMetrics implements MeterBinder {

    private final RoutingPool pool;

    private MicrometerRoutingMetrics(RoutingPool pool) {
        this.pool = pool;
    }

    /** What reports this routing pool, once it is told where to. */
    public static MicrometerRoutingMetrics of(RoutingPool pool) {
        return new MicrometerRoutingMetrics(requireNonNull(pool, "pool"));
    }

    static void bindToGlobalRegistry(RoutingPool pool) {
        of(pool).bindTo(Metrics.globalRegistry);
    }

    /**
     * Reports to this registry from now on, until the routing pool is closed. To be called once for each registry; of no
     * effect on one that is closed.
     */
    @Override
    public void bindTo(MeterRegistry registry) {
        Routes routes = pool.routes();
        RoutingGauges.add(registry, routes);
        if (!routes.signals().add(new RoutingMeters(registry, routes))) {
            RoutingGauges.remove(registry, routes);
        }
    }
}
