package io.headrace.benchmarks.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecoveryTest {

    private static final long SECOND = 1_000_000_000L;

    @Test
    void eachFigureIsThatOfTheRoundInTheMiddle() {
        assertThat(Recovery.line(
                        "reset", "a pool", List.of(recovery(1, 9, 30), recovery(3, 8, 20), recovery(2, 7, 10)), 15))
                .isEqualTo("| reset | a pool | 2.00 | 8.00 | 20 |");
    }

    @Test
    void aPoolThatMostlyDoesNotRecoverIsShownSo() {
        Recovery never = new Recovery(Optional.of(SECOND), Optional.empty(), 5);

        assertThat(Recovery.line("reset", "a pool", List.of(never, recovery(1, 2, 5), never), 15))
                .isEqualTo("| reset | a pool | 1.00 | not within 15 | 5 |");
    }

    private static Recovery recovery(int first, int all, int failures) {
        return new Recovery(Optional.of(first * SECOND), Optional.of(all * SECOND), failures);
    }
}
