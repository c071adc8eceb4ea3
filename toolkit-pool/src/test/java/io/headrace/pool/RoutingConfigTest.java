package io.headrace.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.pool.RoutingConfig.FallBack;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoutingConfigTest {

    @Test
    void theDefaultsAreBounded() {
        assertThat(RoutingConfig.defaults())
                .isEqualTo(new RoutingConfig(
                        Duration.ofSeconds(2), Duration.ofMillis(500), Duration.ofSeconds(1), FallBack.PRIMARY));
    }

    @Test
    void aLimitThatTwoLooksCannotKeepIsRefusedWithBothValues() {
        assertThatThrownBy(() -> RoutingConfig.of(c -> c.maximumLag(Duration.ofSeconds(1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maximumLag is 1 s and lookEvery is 500 ms, but what two looks one after the other have "
                        + "shown is up to 1 s old, so replicas that follow at once would be left out. "
                        + "Raise maximumLag or lower lookEvery.");
        assertThat(RoutingConfig.of(c -> c.lookEvery(Duration.ofMillis(100)).maximumLag(Duration.ofSeconds(1)))
                        .maximumLag())
                .isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void durationsMustBeLongerThanZero() {
        assertThatThrownBy(() -> RoutingConfig.of(c -> c.maximumLag(Duration.ZERO)))
                .hasMessage("maximumLag must be longer than zero, but it is 0 ms.");
        assertThatThrownBy(() -> RoutingConfig.of(c -> c.lookEvery(Duration.ofMillis(-1))))
                .hasMessage("lookEvery must be longer than zero, but it is -1 ms.");
        assertThatThrownBy(() -> RoutingConfig.of(c -> c.lookTimeout(Duration.ZERO)))
                .hasMessage("lookTimeout must be longer than zero, but it is 0 ms.");
    }

    @Test
    void withoutReplicasReadersMustBeAllowedToFallBack() {
        Pool pool = Pool.on(new FakeDriver(), PoolConfig.defaults());

        assertThatThrownBy(() -> new RoutingPool(
                        pool,
                        List.of(),
                        RoutingConfig.of(c -> c.fallBack(FallBack.FAIL)),
                        new PostgresqlReplication(),
                        Timing.system()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("There is no replica, and fallBack is FAIL");
    }
}
