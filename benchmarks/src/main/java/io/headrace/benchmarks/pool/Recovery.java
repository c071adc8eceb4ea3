package io.headrace.benchmarks.pool;

import static java.util.Comparator.naturalOrder;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * How one pool came through one fault.
 *
 * @param first nanoseconds from the end of the fault to the first answer that anybody got; empty for none
 * @param all nanoseconds until every caller had an answer behind which none of its calls failed; empty for never
 * @param failures calls that failed from the beginning of the fault on
 */
record Recovery(Optional<Long> first, Optional<Long> all, int failures) {

    private static final double NANOS_PER_SECOND = 1e9;

    /** One line of the table: the round in the middle for each figure, where "never" is longer than anything. */
    static String line(String fault, String pool, List<Recovery> rounds, long limitSeconds) {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s | %,d |",
                fault,
                pool,
                seconds(middle(rounds, Recovery::first), limitSeconds),
                seconds(middle(rounds, Recovery::all), limitSeconds),
                rounds.stream()
                        .map(Recovery::failures)
                        .sorted()
                        .skip(rounds.size() / 2)
                        .findFirst()
                        .orElse(0));
    }

    private static Optional<Long> middle(List<Recovery> rounds, Function<Recovery, Optional<Long>> figure) {
        Comparator<Optional<Long>> neverLast =
                Comparator.comparing(time -> time.orElse(Long.MAX_VALUE), naturalOrder());
        return rounds.stream()
                .map(figure)
                .sorted(neverLast)
                .skip(rounds.size() / 2)
                .findFirst()
                .orElseThrow();
    }

    private static String seconds(Optional<Long> nanos, long limitSeconds) {
        return nanos.map(time -> String.format(Locale.ROOT, "%.2f", time / NANOS_PER_SECOND))
                .orElse("not within " + limitSeconds);
    }
}
