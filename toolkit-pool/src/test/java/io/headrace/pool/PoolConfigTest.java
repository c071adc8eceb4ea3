package io.headrace.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PoolConfigTest {

    @Test
    void everyDefaultIsBounded() {
        PoolConfig config = PoolConfig.defaults();

        assertThat(config.sizing()).isEqualTo(new PoolConfig.Sizing(10, 0, 0, 1_000));
        assertThat(config.timeouts())
                .isEqualTo(new PoolConfig.Timeouts(
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(3),
                        Duration.ofMillis(300),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5)));
        assertThat(config.lifetime())
                .isEqualTo(new PoolConfig.Lifetime(
                        Duration.ofMinutes(30), Duration.ofMinutes(10), Duration.ofMillis(500), Duration.ofMinutes(2)));
        assertThat(config.connectBackOff())
                .isEqualTo(new PoolConfig.BackOff(Duration.ofMillis(100), Duration.ofSeconds(3)));
        assertThat(config.leakDetection()).isEqualTo(new PoolConfig.LeakDetection(null, false));
        assertThat(config.metrics()).isTrue();
    }

    @Test
    void settingsChangeWhatTheyNameAndNothingElse() {
        PoolConfig config = PoolConfig.of(c -> c.name("shop").size(20).noMaxLife());

        assertThat(config.name()).isEqualTo("shop");
        assertThat(config.sizing()).isEqualTo(new PoolConfig.Sizing(20, 0, 0, 1_000));
        assertThat(config.timeouts()).isEqualTo(PoolConfig.defaults().timeouts());
        assertThat(config.lifetime().maxLife()).isNull();
    }

    @Test
    void withKeepsWhatWasSetBefore() {
        PoolConfig first = PoolConfig.of(c -> c.name("shop")
                .size(3)
                .overflow(1)
                .minimumIdle(2)
                .maxWaiting(7)
                .acquireTimeout(Duration.ofSeconds(9))
                .connectTimeout(Duration.ofSeconds(8))
                .validateTimeout(Duration.ofSeconds(7))
                .releaseTimeout(Duration.ofSeconds(6))
                .closeTimeout(Duration.ofSeconds(4))
                .maxLife(Duration.ofHours(2))
                .maxIdle(Duration.ofHours(1))
                .validateAfterIdle(Duration.ZERO)
                .noKeepAlive()
                .connectBackOff(Duration.ofMillis(7), Duration.ofMillis(70))
                .reclaimLeaksAfter(Duration.ofMinutes(6))
                .noMetrics());

        assertThat(first.with(c -> c)).isEqualTo(first);
        assertThat(first.with(c -> c.size(4)).sizing()).isEqualTo(new PoolConfig.Sizing(4, 1, 2, 7));
    }

    @Test
    void aContradictionIsExplainedWithBothValues() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PoolConfig.of(c -> c.size(4).minimumIdle(5)))
                .withMessage("minimumIdle must be between 0 and the size, but it is 5 and the size is 4. "
                        + "Lower minimumIdle or raise the size.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PoolConfig.of(
                        c -> c.acquireTimeout(Duration.ofMillis(200)).validateTimeout(Duration.ofSeconds(2))))
                .withMessage("validateTimeout is 2 s and acquireTimeout is 200 ms, so one dead connection would use up "
                        + "the whole wait. Lower validateTimeout or raise acquireTimeout.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PoolConfig.of(c -> c.connectBackOff(Duration.ofSeconds(2), Duration.ofSeconds(1))))
                .withMessage("The longest pause of connectBackOff is 1 s and the first is 2 s. "
                        + "Raise the longest or lower the first.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PoolConfig.of(c -> c.reclaimLeaksAfter(Duration.ofMillis(500))))
                .withMessage("leakThreshold is 500 ms and releaseTimeout is 1 s, so a connection could be taken back "
                        + "while it is being cleaned. Raise leakThreshold or lower releaseTimeout.");
    }

    @Test
    void valuesOutOfRangeAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> PoolConfig.of(c -> c.size(0)));
        assertThatIllegalArgumentException().isThrownBy(() -> PoolConfig.of(c -> c.maxWaiting(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> PoolConfig.of(c -> c.overflow(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> PoolConfig.of(c -> c.keepAlive(Duration.ZERO)));
        assertThatIllegalArgumentException().isThrownBy(() -> PoolConfig.of(c -> c.name(" ")));
        assertThatIllegalArgumentException().isThrownBy(() -> PoolConfig.of(c -> c.acquireTimeout(Duration.ZERO)));
        assertThatIllegalArgumentException().isThrownBy(() -> PoolConfig.of(c -> c.maxIdle(Duration.ZERO)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PoolConfig.of(c -> c.validateAfterIdle(Duration.ofMillis(-1))));
    }
}
