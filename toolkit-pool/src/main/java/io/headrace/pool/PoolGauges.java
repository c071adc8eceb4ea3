package io.headrace.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.ToIntFunction;

/**
 * The gauges of the pools of one name in one registry, which show their sum: of two gauges of the same name and tags a
 * registry keeps the first only, and one pool often takes another's place before that is closed. They do not keep a pool
 * alive.
 */
final class PoolGauges {

    @GuardedBy("ALL")
    private static final Map<MeterRegistry, Map<String, PoolGauges>> ALL = new WeakHashMap<>();

    /** Under a lock of its own, which whoever reads a gauge takes and under which no registry is called. */
    private final Set<Pool> pools = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    private final List<Meter.Id> gauges = new ArrayList<>();

    private PoolGauges(MeterRegistry registry, String name) {
        gauge(registry, name, "size", "Connections that exist or are being opened", PoolSnapshot::size);
        gauge(registry, name, "idle", "Connections ready to be lent", PoolSnapshot::idle);
        gauge(registry, name, "acquired", "Connections that are lent", PoolSnapshot::acquired);
        gauge(registry, name, "waiting", "Callers that wait for a connection", PoolSnapshot::waiting);
        gauge(registry, name, "max", "The most connections that are kept", PoolSnapshot::maxSize);
    }

    static void add(MeterRegistry registry, Pool pool) {
        synchronized (ALL) {
            ALL.computeIfAbsent(registry, unknown -> new HashMap<>())
                    .computeIfAbsent(pool.name(), name -> new PoolGauges(registry, name))
                    .pools
                    .add(pool);
        }
    }

    /** With the last pool of a name its gauges go too. */
    static void remove(MeterRegistry registry, Pool pool) {
        synchronized (ALL) {
            Map<String, PoolGauges> byName = ALL.getOrDefault(registry, Map.of());
            PoolGauges mine = byName.get(pool.name());
            if (mine != null && mine.pools.remove(pool) && mine.pools.isEmpty()) {
                byName.remove(pool.name());
                mine.gauges.forEach(registry::remove);
            }
        }
    }

    private void gauge(
            MeterRegistry registry, String pool, String name, String description, ToIntFunction<PoolSnapshot> number) {
        gauges.add(Gauge.builder("headrace.pool." + name, this, mine -> mine.sum(number))
                .description(description)
                .tag("pool", pool)
                .register(registry)
                .getId());
    }

    private int sum(ToIntFunction<PoolSnapshot> number) {
        synchronized (pools) {
            return pools.stream()
                    .mapToInt(pool -> number.applyAsInt(pool.snapshot()))
                    .sum();
        }
    }
}
