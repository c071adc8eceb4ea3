package io.headrace.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PrimaryPositionsTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final PrimaryPositions positions = new PrimaryPositions(Duration.ofSeconds(8));

    @Test
    void aServerShowsEverythingOfTheLatestTimeWhosePositionItHasReached() {
        positions.note(0, 100);
        positions.note(2 * SECOND, 200);
        positions.note(4 * SECOND, 300);

        assertThat(positions.shownBy(99)).isEmpty();
        assertThat(positions.shownBy(100)).hasValue(0);
        assertThat(positions.shownBy(250)).hasValue(2 * SECOND);
        assertThat(positions.shownBy(999)).hasValue(4 * SECOND);
    }

    @Test
    void aPositionThatStaysIsTrueAtTheLaterTimeToo() {
        positions.note(0, 100);
        positions.note(5 * SECOND, 100);

        assertThat(positions.shownBy(100)).hasValue(5 * SECOND);
    }

    @Test
    void positionsInQuickSuccessionTakeNoRoomAndAreNeverTakenForLaterThanTheyAre() {
        for (int look = 0; look <= 1_000; look++) {
            positions.note(look * SECOND / 100, look);
        }

        assertThat(positions.shownBy(1_000)).hasValue(10 * SECOND);
        for (int applied = 0; applied < 1_000; applied++) {
            assertThat(positions.shownBy(applied).orElseThrow())
                    .as("shown by %d", applied)
                    .isBetween((applied - 200) * SECOND / 100, applied * SECOND / 100);
        }
    }

    @Test
    void whatIsLongPastTheLimitIsForgotten() {
        positions.note(0, 1);
        positions.note(200 * SECOND, 2);

        assertThat(positions.shownBy(1)).isEmpty();
    }

    @Test
    void aPrimaryThatWentBackIsAnotherServer() {
        positions.note(0, 500);
        positions.note(2 * SECOND, 100);

        assertThat(positions.shownBy(600)).hasValue(2 * SECOND);
        assertThat(positions.shownBy(99)).isEmpty();
    }
}
