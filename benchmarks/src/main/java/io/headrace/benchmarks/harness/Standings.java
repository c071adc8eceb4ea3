package io.headrace.benchmarks.harness;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** How a contest ended. */
public final class Standings {

    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double NANOS_PER_SECOND = 1e9;

    private final String title;
    private final String unit;
    private final int units;
    private final List<Standing> standings;

    Standings(String title, String unit, int units, List<Standing> standings) {
        this.title = title;
        this.unit = unit;
        this.units = units;
        this.standings = List.copyOf(standings);
    }

    /** Prints a Markdown table: times are for the whole work, ratios those of the best times to the first contender's. */
    public void print(PrintStream out) {
        out.printf(Locale.ROOT, "%n### %s%n%n", title);
        out.printf(
                Locale.ROOT,
                "| contender | best ms | median ms | %ss/s | ratio | CPU us/%s | bytes/%s |%n",
                unit,
                unit,
                unit);
        out.println("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        for (Standing standing : standings) {
            out.printf(
                    Locale.ROOT,
                    "| %s | %,.0f | %,.0f | %,.0f | %.2f | %.2f | %,.0f |%n",
                    standing.name(),
                    standing.best() * units / NANOS_PER_MILLI,
                    standing.median() * units / NANOS_PER_MILLI,
                    NANOS_PER_SECOND / standing.best(),
                    standing.best() / standings.get(0).best(),
                    standing.processor() / NANOS_PER_MICRO,
                    standing.allocated());
        }
    }

    /**
     * How much longer the first contender took than the second, in percent: the median over the rounds, each compared with
     * itself, so that a slow drift of the machine is not in it.
     */
    public double percentOverSecond() {
        return percentOverSecond(Usage::nanos);
    }

    /** The same for processor time, which other programs on the machine disturb less. */
    public double percentOfProcessorOverSecond() {
        return percentOverSecond(Usage::processorNanos);
    }

    private double percentOverSecond(ToDoubleFunction<Usage> figure) {
        List<Usage> first = standings.get(0).rounds();
        List<Usage> second = standings.get(1).rounds();
        double ratio = Medians.of(IntStream.range(0, first.size())
                .mapToDouble(
                        round -> figure.applyAsDouble(first.get(round)) / figure.applyAsDouble(second.get(round))));
        return (ratio - 1) * 100;
    }
}
