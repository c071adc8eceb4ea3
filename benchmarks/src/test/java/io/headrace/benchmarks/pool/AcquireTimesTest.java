package io.headrace.benchmarks.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AcquireTimesTest {

    @Test
    void theRoundInTheMiddleCountsAndNotTheWarmUp() {
        AcquireTimes times = new AcquireTimes();
        round(times, 1_000_000);
        round(times, 30_000);
        round(times, 10_000);
        round(times, 20_000);

        assertThat(times.micros(50, 1)).isEqualTo(20);
    }

    @Test
    void oneOfAHundredMayTakeLonger() {
        AcquireTimes times = new AcquireTimes();
        times.beginRound(200);
        for (int i = 0; i < 200; i++) {
            times.add(i < 2 ? 9_000_000 : i * 1_000L);
        }
        times.endRound();

        assertThat(times.micros(50, 0)).isEqualTo(102);
        assertThat(times.micros(99, 0)).isEqualTo(9_000);
        assertThat(times.micros(98, 0)).isEqualTo(198);
    }

    @Test
    void whoTakesFewerConnectionsThanLoansFailsTheRun() {
        AcquireTimes times = new AcquireTimes();
        times.beginRound(2);
        times.add(1);

        assertThatThrownBy(times::endRound)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a round of 2 loans took 1 connections from the pool");
    }

    private static void round(AcquireTimes times, long nanos) {
        times.beginRound(1);
        times.add(nanos);
        times.endRound();
    }
}
