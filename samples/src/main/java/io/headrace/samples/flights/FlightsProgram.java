package io.headrace.samples.flights;

import io.headrace.redis.CacheSnapshot;
import io.headrace.samples.Console;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The steps of the flights program, in order. Blocks the thread that runs it; nothing else blocks. */
final class FlightsProgram {

    static final int LOOKUPS = 10_000;

    private static final int BUSIEST = 10;

    private final Settings settings;
    private final Console console;
    private final Steps steps;

    /**
     * What to work on.
     *
     * @param flights the file to load
     * @param report where to name the rows left out
     * @param database where the tables go
     * @param redisUrl null for an embedded server
     */
    record Settings(CsvSource flights, Path report, DemoDatabase database, @Nullable String redisUrl) {}

    FlightsProgram(Settings settings, Console console) {
        this.settings = settings;
        this.console = console;
        this.steps = new Steps(console);
    }

    Outcome run() {
        settings.flights().check(FlightParser.HEADER);
        if (settings.database().isNamed()) {
            console.line("%s; nothing else is touched.", settings.database().promise());
        }
        try (SkippedFile skipped = SkippedFile.create(settings.report());
                Servers servers =
                        steps.run("Starting servers", () -> Servers.start(settings.database(), settings.redisUrl()));
                Clients clients = Clients.open(servers)) {
            return run(clients, skipped);
        }
    }

    private Outcome run(Clients clients, SkippedFile skipped) {
        String run = UUID.randomUUID().toString().substring(0, 8);
        AirportLookups lookups = new AirportLookups(clients.database(), clients.redis(), run);
        AirportReports reports = new AirportReports(clients.redis(), lookups, run);

        steps.run("Connecting", clients.greet());
        steps.run(
                "Creating tables, loading airports",
                FlightTables.of(clients.database()).create(clients.database()));
        long kept = load(clients, skipped);
        List<AirportFigures> figures =
                steps.run("Streaming the flights back", new FlightFigures(clients.database()).fold());
        Outcome.Lookups looked = look(lookups, figures);
        long done = steps.run("Working off a report job per airport", reports.write(figures));

        return new Outcome(
                new Outcome.Load(kept, skipped.malformed(), skipped.refused(), skipped.path()),
                busiest(figures, lookups),
                looked,
                new Outcome.Reports(figures.size(), done, stored(reports, figures)),
                clients.poolSnapshot(),
                steps.taken());
    }

    private long load(Clients clients, SkippedFile skipped) {
        return steps.run("Loading flights from " + settings.flights().name(), () -> {
            Progress progress = new Progress(console, System::nanoTime);
            Long kept = new FlightLoad(clients.database())
                    .run(settings.flights(), skipped, progress)
                    .block();
            progress.end();
            return kept == null ? 0L : kept;
        });
    }

    private Outcome.Lookups look(AirportLookups lookups, List<AirportFigures> figures) {
        long first = steps.run("Looking airports up, cache empty", lookups.ask(figures, LOOKUPS));
        CacheSnapshot afterFirst = lookups.snapshot();
        long second = steps.run("Looking airports up, cache filled", lookups.ask(figures, LOOKUPS));
        return new Outcome.Lookups(first + second, afterFirst, lookups.snapshot());
    }

    private static List<AirportReport> busiest(List<AirportFigures> figures, AirportLookups lookups) {
        Mono<List<AirportReport>> reports = Flux.fromIterable(figures)
                .take(BUSIEST)
                .concatMap(airport -> lookups.find(airport.iata()).map(found -> AirportReport.of(airport, found)))
                .collectList();
        List<AirportReport> result = reports.block();
        return result == null ? List.of() : result;
    }

    private static long stored(AirportReports reports, List<AirportFigures> figures) {
        Integer found = reports.stored(figures).block();
        return found == null ? 0 : found;
    }
}
