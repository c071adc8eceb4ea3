package io.headrace.samples.flights;

import io.headrace.samples.Console;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The flights program on the command line. Exit code 0 when all is done, 1 when it could not be done, with one sentence
 * that says why, and 2 when it was called wrongly.
 */
@Command(
        name = "flights",
        sortOptions = false,
        description =
                "Loads flights into PostgreSQL or SQLite and works with them: partial rollback, streaming, cache, job queue.")
public final class FlightsDemo implements Callable<Integer> {

    @Option(
            names = "--flights",
            paramLabel = "FILE",
            description = "CSV file of flights, plain or gzip. Default: 200,000 flights that ship with the program.")
    private @Nullable Path flights;

    @Option(
            names = "--postgres",
            paramLabel = "URL",
            description = "r2dbc:postgresql://user:password@host:port/database. Only the schema headrace_demo is"
                    + " written to. Default: an embedded server.")
    private @Nullable String postgresUrl;

    @Option(
            names = "--database",
            paramLabel = "sqlite:FILE",
            description =
                    "A SQLite database in a file instead of PostgreSQL, such as sqlite:flights.db. Only the tables"
                            + " headrace_demo_airports and headrace_demo_flights are written to.")
    private @Nullable String database;

    @Option(
            names = "--redis",
            paramLabel = "URL",
            description = "redis://host:port. Keys begin with headrace-demo. Default: an embedded server.")
    private @Nullable String redisUrl;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            defaultValue = "flights-skipped.csv",
            description = "Where skipped rows are named. Default: ${DEFAULT-VALUE}.")
    private Path report = Path.of("flights-skipped.csv");

    @Option(names = "--help", usageHelp = true, description = "Shows this and exits.")
    private boolean help;

    private final Console console;

    private FlightsDemo(Console console) {
        this.console = console;
    }

    /** Runs the program. */
    public static void main(String[] arguments) {
        int exitCode = commandLine(Console.standard()).execute(arguments);
        // After success nothing is left running, so the JVM ends by itself; a leak would show as a program that hangs.
        if (exitCode != CommandLine.ExitCode.OK) {
            System.exit(exitCode);
        }
    }

    static CommandLine commandLine(Console console) {
        CommandLine commandLine = new CommandLine(new FlightsDemo(console));
        return commandLine
                .setParameterExceptionHandler((error, wrong) -> {
                    error.getCommandLine().getErr().println(error.getMessage());
                    error.getCommandLine().usage(error.getCommandLine().getErr());
                    return CommandLine.ExitCode.USAGE;
                })
                .setExecutionExceptionHandler((error, command, result) -> {
                    command.getErr().println(Sentence.of(error));
                    return CommandLine.ExitCode.SOFTWARE;
                });
    }

    @Override
    public Integer call() {
        CsvSource source = flights == null ? CsvSource.shipped("flights-200k.csv.gz") : CsvSource.file(flights);
        FlightsProgram program = new FlightsProgram(
                new FlightsProgram.Settings(source, report, DemoDatabase.of(postgresUrl, database), redisUrl), console);
        new Summary(console).print(program.run());
        return CommandLine.ExitCode.OK;
    }
}
