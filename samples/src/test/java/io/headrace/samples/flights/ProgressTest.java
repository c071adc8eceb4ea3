package io.headrace.samples.flights;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.samples.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final AtomicLong nanos = new AtomicLong();
    private final Progress progress =
            new Progress(Console.on(new PrintStream(written, true, StandardCharsets.UTF_8)), nanos::get);

    @Test
    void tellsRowsAndSpeed() {
        assertThat(Progress.text(1_234_567, TimeUnit.SECONDS.toNanos(10)))
                .isEqualTo("      1,234,567 rows     123,457 rows/s");
    }

    @Test
    void tellsNoSpeedBeforeAnyTimeHasPassed() {
        assertThat(Progress.text(10, 0)).endsWith(" 0 rows/s");
    }

    @Test
    void writesALineNowAndThenWhereNobodyWatches() {
        for (int second = 1; second <= 6; second++) {
            nanos.set(TimeUnit.SECONDS.toNanos(second));
            progress.add(1_000);
        }

        assertThat(lines())
                .containsExactly("2,000 rows 1,000 rows/s", "4,000 rows 1,000 rows/s", "6,000 rows 1,000 rows/s");
    }

    @Test
    void endsWithTheTotal() {
        progress.add(7);
        nanos.set(TimeUnit.SECONDS.toNanos(1));
        progress.end();

        assertThat(lines()).containsExactly("7 rows 7 rows/s");
    }

    private List<String> lines() {
        return written.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.strip().replaceAll(" +", " "))
                .toList();
    }
}
