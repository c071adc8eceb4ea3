package io.headrace.pool;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Map;

/** Counts the readers of one routing pool in one registry, by the server that they got. */
final class RoutingMeters implements RoutingSignals.Listener {

    private final MeterRegistry registry;
    private final Routes routes;
    private final Map<Pool, Counter> reads = new HashMap<>();

    RoutingMeters(MeterRegistry registry, Routes routes) {
        this.registry = registry;
        this.routes = routes;
        reads.put(routes.primary(), counter(routes.primary(), "primary"));
        routes.replicas().forEach(replica -> reads.put(replica.pool(), counter(replica.pool(), "replica")));
    }

    private Counter counter(Pool server, String role) {
        return Counter.builder("headrace.routing.reads")
                .description("Connections lent to callers that only read")
                .tag("pool", routes.primary().name())
                .tag("server", server.name())
                .tag("role", role)
                .register(registry);
    }

    @Override
    public void read(Pool lender) {
        Counter counter = reads.get(lender);
        if (counter != null) {
            counter.increment();
        }
    }

    @Override
    public void closed() {
        RoutingGauges.remove(registry, routes);
    }
}
