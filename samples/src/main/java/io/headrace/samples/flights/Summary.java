package io.headrace.samples.flights;

import io.headrace.pool.PoolSnapshot;
import io.headrace.redis.CacheSnapshot;
import io.headrace.samples.Console;

/** Prints what the program has done. */
final class Summary {

    private final Console console;

    Summary(Console console) {
        this.console = console;
    }

    void print(Outcome outcome) {
        airports(outcome);
        rows(outcome.load());
        lookups(outcome.lookups());
        Outcome.Reports reports = outcome.reports();
        console.line(
                "Reports     %,9d airports, %,d jobs done by %d consumers, %,d reports in Redis",
                reports.airports(), reports.done(), AirportReports.CONSUMERS, reports.stored());
        pool(outcome.pool());
        times(outcome);
    }

    private void airports(Outcome outcome) {
        console.line("");
        console.line("The busiest airports");
        console.line("  %-4s %-52s %9s %11s %13s", "", "", "flights", "mean delay", "miles flown");
        for (AirportReport report : outcome.busiest()) {
            console.line(
                    "  %-4s %-52s %,9d %7.1f min %,13d",
                    report.iata(),
                    shortened(report.airport(), 52),
                    report.departures() + report.arrivals(),
                    report.meanDelayMinutes(),
                    report.miles());
        }
        console.line("");
    }

    private void rows(Outcome.Load load) {
        long skipped = load.malformed() + load.refused();
        console.line(
                "Rows        %,9d kept, %,d skipped (%,d refused by the database, %,d malformed)",
                load.kept(), skipped, load.refused(), load.malformed());
        if (skipped > 0) {
            console.line("            each skipped row is named in %s", load.report());
        }
    }

    private void lookups(Outcome.Lookups lookups) {
        CacheSnapshot first = lookups.first();
        CacheSnapshot both = lookups.both();
        console.line(
                "Look-ups    %,9d answered: %,d on an empty cache by %,d queries, then %,d hits and %,d queries",
                lookups.answered(),
                first.hits() + first.misses(),
                first.loads(),
                both.hits() - first.hits(),
                both.loads() - first.loads());
    }

    private void pool(PoolSnapshot pool) {
        console.line(
                "Pool        %,9d connections of at most %d: %d in use, %d idle, %d callers waiting",
                pool.size(), pool.maxSize(), pool.acquired(), pool.idle(), pool.waiting());
    }

    private void times(Outcome outcome) {
        console.line("Heap limit  %,9d MB", Runtime.getRuntime().maxMemory() >> 20);
        console.line("");
        console.line("Times");
        for (Steps.Taken step : outcome.times()) {
            console.line("  %8.2f s  %s", step.time().toMillis() / 1e3, step.name());
        }
    }

    private static String shortened(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length - 1) + "…";
    }
}
