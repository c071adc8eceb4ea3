package io.headrace.pool;

import static io.headrace.pool.Loans.SOON;
import static io.headrace.pool.Loans.giveBack;
import static io.headrace.pool.Loans.now;
import static io.headrace.pool.Loans.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.r2dbc.spi.Closeable;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

@Timeout(20)
class MicrometerPoolMetricsTest {

    private final FakeDriver driver = new FakeDriver();
    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final List<String> histograms = new ArrayList<>();

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry() {
        @Override
        protected Timer newTimer(Meter.Id id, DistributionStatisticConfig config, PauseDetector pauses) {
            if (Boolean.TRUE.equals(config.isPercentileHistogram())) {
                histograms.add(id.getName());
            }
            return super.newTimer(id, config, pauses);
        }
    };

    @AfterEach
    void stop() {
        registry.close();
        time.dispose();
    }

    private Pool pool(UnaryOperator<PoolConfigBuilder> settings) {
        Pool pool =
                Pool.on(driver, PoolConfig.of(c -> settings.apply(c.name("shop").noMetrics())), new Timing(time));
        MicrometerPoolMetrics.of(pool).bindTo(registry);
        return pool;
    }

    private Timer timer(String name) {
        return registry.get(name).tag("pool", "shop").timer();
    }

    private double count(String name, String... tags) {
        return registry.get(name).tag("pool", "shop").tags(tags).counter().count();
    }

    private double gauge(String name) {
        return registry.get("headrace.pool." + name).tag("pool", "shop").gauge().value();
    }

    private static void close(Pool pool) {
        StepVerifier.create(pool.close()).expectComplete().verify(SOON);
    }

    @Test
    void waitingAndHoldingAreTimed() {
        Pool pool = pool(c -> c.size(1));
        Connection first = take(pool);
        Mono<Connection> second = pool.create();

        StepVerifier.create(second)
                .then(() -> time.advanceTimeBy(Duration.ofMillis(1_500)))
                .then(() -> giveBack(first))
                .assertNext(connection -> {
                    time.advanceTimeBy(Duration.ofMillis(250));
                    giveBack(connection);
                })
                .expectComplete()
                .verify(SOON);

        assertThat(timer("headrace.pool.acquire").count()).isEqualTo(2);
        assertThat(timer("headrace.pool.acquire").totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(1_500);
        assertThat(timer("headrace.pool.hold").count()).isEqualTo(2);
        assertThat(timer("headrace.pool.hold").totalTime(TimeUnit.MILLISECONDS)).isEqualTo(1_750);
        assertThat(timer("headrace.pool.connect").count()).isOne();
        assertThat(histograms).containsExactlyInAnyOrder("headrace.pool.acquire", "headrace.pool.hold");
        close(pool);
    }

    @Test
    void gaugesShowThePoolAndAreRemovedWithIt() {
        Pool pool = pool(c -> c.size(1).maxWaiting(7));
        Connection only = take(pool);
        pool.create().subscribe(Loans::giveBack);

        assertThat(gauge("size")).isOne();
        assertThat(gauge("acquired")).isOne();
        assertThat(gauge("waiting")).isOne();
        assertThat(gauge("max")).isOne();
        assertThat(gauge("idle")).isZero();
        giveBack(only);
        assertThat(gauge("idle")).isOne();

        close(pool);

        assertThat(registry.find("headrace.pool.size").gauges()).isEmpty();
        assertThat(registry.getMeters()).noneMatch(Gauge.class::isInstance);
        assertThat(count("headrace.pool.closed", "cause", "pool_closed")).isOne();
    }

    @Test
    void whatGoesWrongIsCounted() {
        Pool pool = pool(c -> c.size(1)
                .maxWaiting(1)
                .acquireTimeout(Duration.ofSeconds(2))
                .reclaimLeaksAfter(Duration.ofSeconds(10)));
        take(pool);
        pool.create().subscribe(c -> {}, error -> {});
        pool.create().subscribe(c -> {}, error -> {});
        time.advanceTimeBy(Duration.ofSeconds(10));

        assertThat(count("headrace.pool.refused")).isOne();
        assertThat(count("headrace.pool.timeouts")).isOne();
        assertThat(count("headrace.pool.leaks", "kind", "suspected")).isOne();
        assertThat(count("headrace.pool.leaks", "kind", "lost")).isZero();
        assertThat(count("headrace.pool.closed", "cause", "leaked")).isOne();
        driver.connecting = connection -> Mono.error(new IllegalStateException("down"));
        StepVerifier.create(pool.create()).expectErrorMessage("down").verify(SOON);
        assertThat(count("headrace.pool.connect.failures")).isPositive();
        close(pool);
    }

    @Test
    void poolsOfTheSameNameAreAddedUpAndTheGaugesGoWithTheLast() {
        Pool first = pool(c -> c.size(3));
        Pool second = pool(c -> c.size(4));
        assertThat(gauge("max")).isEqualTo(7);

        close(first);

        assertThat(gauge("max")).isEqualTo(4);
        close(second);
        assertThat(registry.find("headrace.pool.max").gauge()).isNull();
    }

    @Test
    void aClosedPoolIsNotReported() {
        Pool pool = Pool.on(driver, PoolConfig.of(c -> c.name("shop").noMetrics()), new Timing(time));
        close(pool);

        MicrometerPoolMetrics.of(pool).bindTo(registry);

        assertThat(registry.find("headrace.pool.max").gauge()).isNull();
    }

    @Test
    void theGlobalRegistryIsTheDefault() {
        Metrics.addRegistry(registry);
        try {
            Pool pool = Pool.on(driver, PoolConfig.of(c -> c.name("global")));
            giveBack(take(pool));

            assertThat(registry.get("headrace.pool.acquire")
                            .tag("pool", "global")
                            .timer()
                            .count())
                    .isOne();
            assertThat(registry.get("headrace.pool.idle")
                            .tag("pool", "global")
                            .gauge()
                            .value())
                    .isOne();
            close(pool);
            assertThat(registry.find("headrace.pool.idle").tag("pool", "global").gauge())
                    .isNull();
        } finally {
            Metrics.removeRegistry(registry);
        }
    }

    @Test
    void whoeverWantsNoMetricsGetsNone() {
        Metrics.addRegistry(registry);
        try {
            Pool pool = Pool.on(driver, PoolConfig.of(c -> c.name("silent").noMetrics()));
            giveBack(take(pool));

            assertThat(registry.find("headrace.pool.acquire")
                            .tag("pool", "silent")
                            .timer())
                    .isNull();
            assertThat(pool.signals().isSilent()).isTrue();
            close(pool);
        } finally {
            Metrics.removeRegistry(registry);
        }
    }

    @Test
    void withoutMicrometerThePoolWorksAsWell() throws Exception {
        ClassLoader poor = new PoorClassLoader("io.micrometer.");
        Class<?> config = poor.loadClass(PoolConfig.class.getName());
        Method on = poor.loadClass(Pool.class.getName()).getMethod("on", ConnectionFactory.class, config);
        Object defaults = config.getMethod("defaults").invoke(null);

        ConnectionFactory pool = (ConnectionFactory) on.invoke(null, new FakeDriver(), defaults);

        Connection lent = now(pool.create());
        giveBack(lent);
        StepVerifier.create(((Closeable) pool).close()).expectComplete().verify(SOON);
    }
}
