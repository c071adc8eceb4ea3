package io.headrace.benchmarks.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ContestTest {

    private static final long KILOBYTE = 1_024;

    @Test
    void whoDoesOtherWorkFailsTheRun() {
        Contest contest = Contest.of("count", "row", 10, rows -> rows)
                .add("all", rows -> rows)
                .add("one less", rows -> rows - 1);

        assertThatThrownBy(() -> contest.run(new Rounds(0, 1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("one less did other work: 9 where 10 was expected");
    }

    @Test
    void theFigureOfTheDatabaseCountsAndNotWhatTheWorkSays() {
        Contest contest =
                Contest.of("count", "row", 10, rows -> rows).figureFrom(() -> 3).add("says ten", rows -> rows);

        assertThatThrownBy(() -> contest.run(new Rounds(0, 1))).hasMessageContaining("did other work: 3");
    }

    @Test
    void eachRoundBeginsWithAnotherContender() throws Exception {
        List<String> turns = new ArrayList<>();
        Contest.of("turns", "row", 1, rows -> rows)
                .add("a", rows -> noted(turns, "a", rows))
                .add("b", rows -> noted(turns, "b", rows))
                .run(new Rounds(1, 2));

        assertThat(turns).containsExactly("a", "b", "b", "a", "a", "b");
    }

    @Test
    void whoDoesAPartIsShownAsIfItHadDoneAll() {
        Usage second = new Usage(1_000_000_000L, 500_000_000L, 1_000);
        Standings standings = new Standings(
                "parts",
                "row",
                1_000,
                List.of(
                        new Standing("all", 1_000, List.of(second)),
                        new Standing("a tenth", 100, List.of(second, second))));

        assertThat(printed(standings))
                .contains("| all | 1,000 | 1,000 | 1,000 | 1.00 | 500.00 | 1 |")
                .contains("| a tenth | 10,000 | 10,000 | 100 | 10.00 | 5000.00 | 10 |");
    }

    @Test
    void percentagesCompareTheRoundsOneByOne() {
        Standings drifting = new Standings(
                "drift",
                "row",
                1,
                List.of(
                        new Standing("first", 1, List.of(usage(110), usage(220), usage(440))),
                        new Standing("second", 1, List.of(usage(100), usage(200), usage(400)))));

        assertThat(drifting.percentOverSecond()).isCloseTo(10, within(0.01));
    }

    @Test
    void whatOtherThreadsAllocateIsCounted() throws Exception {
        CountDownLatch begin = new CountDownLatch(1);
        CountDownLatch allocated = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Thread other = new Thread(() -> {
            awaitOn(begin);
            assertThat(new byte[(int) (KILOBYTE * KILOBYTE)]).isNotEmpty();
            allocated.countDown();
            awaitOn(end);
        });
        other.start();

        UsageMeter meter = UsageMeter.start();
        begin.countDown();
        allocated.await();
        Usage usage = meter.stop();
        end.countDown();
        other.join();

        assertThat(usage.allocatedBytes()).isGreaterThan(KILOBYTE * KILOBYTE);
    }

    private static long noted(List<String> turns, String turn, long figure) {
        turns.add(turn);
        return figure;
    }

    private static Usage usage(long nanos) {
        return new Usage(nanos, nanos, nanos);
    }

    private static String printed(Standings standings) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        standings.print(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static void awaitOn(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException error) {
            throw new AssertionError(error);
        }
    }
}
