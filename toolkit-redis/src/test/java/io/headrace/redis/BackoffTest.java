package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

class BackoffTest {

    private final Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

    private static Timing timing(double random) {
        return new Timing(VirtualTimeScheduler.create(), () -> random);
    }

    @Test
    void delaysDoubleUpToTheMost() {
        assertThat(backoff.delay(1, timing(0.5))).isEqualTo(Duration.ofMillis(100));
        assertThat(backoff.delay(3, timing(0.5))).isEqualTo(Duration.ofMillis(400));
        assertThat(backoff.delay(7, timing(0.5))).isEqualTo(Duration.ofSeconds(5));
        assertThat(backoff.delay(Integer.MAX_VALUE, timing(0.5))).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void jitterIsHalfInBothDirections() {
        assertThat(backoff.delay(1, timing(0))).isEqualTo(Duration.ofMillis(50));
        assertThat(backoff.delay(1, timing(0.999))).isBetween(Duration.ofMillis(149), Duration.ofMillis(150));
    }
}
