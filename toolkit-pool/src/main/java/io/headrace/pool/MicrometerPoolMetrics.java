package io.headrace.pool;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Reports a {@link Pool} to Micrometer. Needs {@code micrometer-core} on the class path; where it is, every pool reports
 * to {@code Metrics.globalRegistry} by itself, unless {@link PoolConfigBuilder#noMetrics()} was set. This class reports to
 * a registry of one's own choice:
 *
 * <pre>{@code
 * Pool pool = Pool.open(url, PoolConfig.of(c -> c.name("shop").noMetrics()));
 * MicrometerPoolMetrics.of(pool).bindTo(registry);
 * }</pre>
 *
 * <p>All meters have the tag {@code pool}, the name of the pool. Pools of the same name in one registry are shown as one: their
 * gauges are added up.
 *
 * <table>
 * <caption>Meters</caption>
 * <tr><th>name</th><th>kind</th><th>what</th></tr>
 * <tr><td>{@code headrace.pool.acquire}</td><td>timer, histogram</td><td>from asking to getting a connection</td></tr>
 * <tr><td>{@code headrace.pool.hold}</td><td>timer, histogram</td><td>from getting a connection to closing it</td></tr>
 * <tr><td>{@code headrace.pool.connect}</td><td>timer</td><td>opening a physical connection</td></tr>
 * <tr><td>{@code headrace.pool.size}</td><td>gauge</td><td>connections that exist or are being opened</td></tr>
 * <tr><td>{@code headrace.pool.idle}</td><td>gauge</td><td>connections ready to be lent</td></tr>
 * <tr><td>{@code headrace.pool.acquired}</td><td>gauge</td><td>connections that are lent</td></tr>
 * <tr><td>{@code headrace.pool.waiting}</td><td>gauge</td><td>callers that wait</td></tr>
 * <tr><td>{@code headrace.pool.max}</td><td>gauge</td><td>the most connections that are kept</td></tr>
 * <tr><td>{@code headrace.pool.closed}</td><td>counter by {@code cause}</td><td>connections closed, see
 * {@link CloseCause}</td></tr>
 * <tr><td>{@code headrace.pool.refused}</td><td>counter</td><td>callers refused because too many wait</td></tr>
 * <tr><td>{@code headrace.pool.timeouts}</td><td>counter</td><td>callers whose acquire timeout passed</td></tr>
 * <tr><td>{@code headrace.pool.connect.failures}</td><td>counter</td><td>connects that failed</td></tr>
 * <tr><td>{@code headrace.pool.leaks}</td><td>counter by {@code kind}</td><td>loans beyond {@code leakThreshold}
 * ({@code suspected}) and handles thrown away ({@code lost})</td></tr>
 * </table>
 *
 * <p>The gauges are removed when the last pool of a name has closed; timers and counters keep what they have counted.
 */
public final class MicrometerPoolMetrics implements MeterBinder {

    private final Pool pool;

    private MicrometerPoolMetrics(Pool pool) {
        this.pool = pool;
    }

    /** What reports this pool, once it is told where to. */
    public static MicrometerPoolMetrics of(Pool pool) {
        return new MicrometerPoolMetrics(requireNonNull(pool, "pool"));
    }

    static void bindToGlobalRegistry(Pool pool) {
        of(pool).bindTo(Metrics.globalRegistry);
    }

    /**
     * Reports to this registry from now on, until the pool is closed. To be called once for each registry; of no effect on
     * a closed pool.
     */
    @Override
    public void bindTo(MeterRegistry registry) {
        PoolGauges.add(registry, pool);
        if (!pool.signals().add(new PoolMeters(registry, pool))) {
            PoolGauges.remove(registry, pool);
        }
    }
}
