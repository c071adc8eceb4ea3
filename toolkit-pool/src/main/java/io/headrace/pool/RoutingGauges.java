package io.headrace.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * The gauges of the replicas of one name in one registry. As with {@link PoolGauges} there may be several while one routing
 * pool takes another's place; what is shown is then the worst of them. They do not keep a replica alive.
 */
final class RoutingGauges {

    private record Key(String pool, String server) {}

    @GuardedBy("ALL")
    private static final Map<MeterRegistry, Map<Key, RoutingGauges>> ALL = new WeakHashMap<>();

    /** Under a lock of its own, which whoever reads a gauge takes and under which no registry is called. */
    private final Set<Replica> replicas = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    private final List<Meter.Id> gauges = new ArrayList<>();

    private RoutingGauges(MeterRegistry registry, Key key) {
        gauges.add(Gauge.builder("headrace.routing.lag", this, RoutingGauges::lag)
                .description("How old what the replica shows is at the most")
                .baseUnit("seconds")
                .tags("pool", key.pool(), "server", key.server())
                .register(registry)
                .getId());
        gauges.add(Gauge.builder("headrace.routing.usable", this, RoutingGauges::usable)
                .description("1 while the replica is read from, else 0")
                .tags("pool", key.pool(), "server", key.server())
                .register(registry)
                .getId());
    }

    static void add(MeterRegistry registry, Routes routes) {
        synchronized (ALL) {
            Map<Key, RoutingGauges> byName = ALL.computeIfAbsent(registry, unknown -> new HashMap<>());
            routes.replicas().forEach(replica -> byName.computeIfAbsent(
                            keyOf(routes, replica), key -> new RoutingGauges(registry, key))
                    .replicas
                    .add(replica));
        }
    }

    /** With the last replica of a name its gauges go too. */
    static void remove(MeterRegistry registry, Routes routes) {
        synchronized (ALL) {
            Map<Key, RoutingGauges> byName = ALL.getOrDefault(registry, Map.of());
            for (Replica replica : routes.replicas()) {
                Key key = keyOf(routes, replica);
                RoutingGauges mine = byName.get(key);
                if (mine != null && mine.replicas.remove(replica) && mine.replicas.isEmpty()) {
                    byName.remove(key);
                    mine.gauges.forEach(registry::remove);
                }
            }
        }
    }

    private static Key keyOf(Routes routes, Replica replica) {
        return new Key(routes.primary().name(), replica.pool().name());
    }

    /** In seconds; not a number while it is not known. */
    private double lag() {
        synchronized (replicas) {
            return replicas.stream()
                    .map(Replica::behind)
                    .filter(Objects::nonNull)
                    .mapToDouble(RoutingGauges::seconds)
                    .max()
                    .orElse(Double.NaN);
        }
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private double usable() {
        synchronized (replicas) {
            return replicas.stream().allMatch(Replica::isUsable) ? 1 : 0;
        }
    }
}
