package io.headrace.pool;

import static io.headrace.pool.Loans.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Who served readers and how far behind the replicas are, as Micrometer shows it. */
@Timeout(20)
class MicrometerRoutingMetricsTest {

    private final FakeReplication replication = new FakeReplication(c -> c);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @AfterEach
    void stop() {
        registry.close();
        replication.time.dispose();
    }

    private void report() {
        MicrometerRoutingMetrics.of(replication.pool).bindTo(registry);
    }

    private double reads(String server, String role) {
        return registry.get("headrace.routing.reads")
                .tags("pool", "primary", "server", server, "role", role)
                .counter()
                .count();
    }

    private double gauge(String name, String server) {
        return registry.get("headrace.routing." + name)
                .tags("pool", "primary", "server", server)
                .gauge()
                .value();
    }

    private static void close(RoutingPool pool) {
        StepVerifier.create(pool.close()).expectComplete().verify(SOON);
    }

    @Test
    void readsAreCountedByTheServerThatTheyGotAndWritesAreNot() {
        report();
        replication.start();

        replication.readFrom();
        replication.readFrom();
        replication.readFrom();
        assertThat(replication.writtenTo()).isEqualTo("primary");

        assertThat(reads("first", "replica")).isEqualTo(2);
        assertThat(reads("second", "replica")).isOne();
        assertThat(reads("primary", "primary")).isZero();
    }

    @Test
    void readsThatFallBackAreCountedAsThoseOfThePrimary() {
        report();
        replication.start();
        replication.appliedByFirst = Mono.error(new IllegalStateException("down"));
        replication.appliedBySecond = Mono.error(new IllegalStateException("down"));
        replication.pass(Duration.ofMillis(600));

        assertThat(replication.readFrom()).isEqualTo("primary");

        assertThat(reads("primary", "primary")).isOne();
        assertThat(gauge("usable", "first")).isZero();
        assertThat(gauge("lag", "first")).isNaN();
    }

    @Test
    void theLagIsShownInSecondsAndGrowsWhileAReplicaStandsStill() {
        report();
        assertThat(gauge("lag", "first")).isNaN();
        assertThat(gauge("usable", "first")).isZero();
        replication.start();
        assertThat(gauge("lag", "first")).isBetween(0.0, 0.1);
        assertThat(gauge("usable", "first")).isOne();

        replication.written = Mono.just(200L);
        replication.appliedBySecond = Mono.just(new ReplicationQuestions.Applied(true, 200));
        replication.pass(Duration.ofMillis(3_250));

        assertThat(gauge("lag", "first")).isGreaterThan(2.5);
        assertThat(gauge("usable", "first")).isZero();
        assertThat(gauge("lag", "second")).isLessThan(1.0);
        assertThat(gauge("usable", "second")).isOne();
    }

    @Test
    void theGaugesGoWithThePoolAndTheCountersStay() {
        report();
        replication.start();
        replication.readFrom();

        close(replication.pool);

        assertThat(registry.getMeters()).noneMatch(Gauge.class::isInstance);
        assertThat(reads("first", "replica")).isOne();
        report();
        assertThat(registry.getMeters()).noneMatch(Gauge.class::isInstance);
    }

    @Test
    void oneThatTakesAnothersPlaceKeepsItsGauges() {
        FakeReplication next = new FakeReplication(c -> c);
        try {
            report();
            MicrometerRoutingMetrics.of(next.pool).bindTo(registry);
            next.start();

            close(replication.pool);

            assertThat(gauge("usable", "first")).isOne();
            close(next.pool);
            assertThat(registry.getMeters()).noneMatch(Gauge.class::isInstance);
        } finally {
            next.time.dispose();
        }
    }

    @Test
    void theGlobalRegistryIsTheDefaultUnlessThePrimaryWantsNone() {
        Metrics.addRegistry(registry);
        try {
            RoutingPool silent = routing(PoolConfig.of(c -> c.name("primary").noMetrics()));
            assertThat(registry.find("headrace.routing.usable").gauge()).isNull();
            RoutingPool told = routing(PoolConfig.of(c -> c.name("primary")));
            assertThat(gauge("usable", "copy")).isZero();

            close(told);
            close(silent);

            assertThat(registry.find("headrace.routing.usable").gauge()).isNull();
        } finally {
            Metrics.removeRegistry(registry);
        }
    }

    private static RoutingPool routing(PoolConfig ofPrimary) {
        String url = "r2dbc:postgresql://app@localhost/shop";
        return Pool.routing(
                Pool.open(url, ofPrimary),
                List.of(Pool.open(url, PoolConfig.of(c -> c.name("copy").noMetrics()))),
                RoutingConfig.defaults());
    }
}
