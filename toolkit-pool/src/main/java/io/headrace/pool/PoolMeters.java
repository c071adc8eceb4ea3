package io.headrace.pool;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Times and counts the signals of one pool in one registry. */
final class PoolMeters implements Signals.Listener {

    private final MeterRegistry registry;
    private final Tags tags;
    private final Pool pool;
    private final Timer acquire;
    private final Timer hold;
    private final Timer connect;
    private final Counter refused;
    private final Counter timeouts;
    private final Counter connectFailures;
    private final Counter leaksSuspected;
    private final Counter handlesLost;
    private final Map<CloseCause, Counter> closed = new EnumMap<>(CloseCause.class);

    PoolMeters(MeterRegistry registry, Pool pool) {
        this.registry = registry;
        this.tags = Tags.of("pool", pool.name());
        this.pool = pool;
        this.acquire = Timer.builder("headrace.pool.acquire")
                .description("From asking for a connection to getting it")
                .tags(tags)
                .publishPercentileHistogram()
                // nobody waits longer, so longer buckets would stay empty
                .maximumExpectedValue(pool.acquireTimeout())
                .register(registry);
        this.hold = Timer.builder("headrace.pool.hold")
                .description("From getting a connection to closing it")
                .tags(tags)
                .publishPercentileHistogram()
                .register(registry);
        this.connect = Timer.builder("headrace.pool.connect")
                .description("Opening a physical connection")
                .tags(tags)
                .register(registry);
        this.refused = counter("headrace.pool.refused", "Callers refused because too many wait", Tags.empty());
        this.timeouts = counter("headrace.pool.timeouts", "Callers whose acquire timeout passed", Tags.empty());
        this.connectFailures = counter("headrace.pool.connect.failures", "Connects that failed", Tags.empty());
        String leaks = "Connections that were held too long, or thrown away without being closed";
        this.leaksSuspected = counter("headrace.pool.leaks", leaks, Tags.of("kind", "suspected"));
        this.handlesLost = counter("headrace.pool.leaks", leaks, Tags.of("kind", "lost"));
        for (CloseCause cause : CloseCause.values()) {
            String tag = cause.name().toLowerCase(Locale.ROOT);
            closed.put(cause, counter("headrace.pool.closed", "Connections closed by the pool", Tags.of("cause", tag)));
        }
    }

    private Counter counter(String name, String description, Tags more) {
        return Counter.builder(name)
                .description(description)
                .tags(tags)
                .tags(more)
                .register(registry);
    }

    @Override
    public boolean hearsOfLoans() {
        return true;
    }

    @Override
    public void acquired(long waited) {
        acquire.record(waited, TimeUnit.NANOSECONDS);
    }

    @Override
    public void returned(long held) {
        hold.record(held, TimeUnit.NANOSECONDS);
    }

    @Override
    public void refused(PoolSnapshot snapshot) {
        refused.increment();
    }

    @Override
    public void timedOut(PoolSnapshot snapshot) {
        timeouts.increment();
    }

    @Override
    public void connected(Duration took) {
        connect.record(took);
    }

    @Override
    public void connectFailed(Throwable reason) {
        connectFailures.increment();
    }

    @Override
    public void closed(CloseCause cause) {
        Counter counter = closed.get(cause);
        if (counter != null) {
            counter.increment();
        }
    }

    @Override
    public void leakSuspected(Suspect suspect, boolean reclaimed) {
        leaksSuspected.increment();
    }

    @Override
    public void handleLost(Suspect suspect) {
        handlesLost.increment();
    }

    @Override
    public void poolClosed() {
        PoolGauges.remove(registry, pool);
    }
}
