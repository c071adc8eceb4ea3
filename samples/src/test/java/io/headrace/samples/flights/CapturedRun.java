package io.headrace.samples.flights;

import io.headrace.samples.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;

/**
 * One call of the program from the command line, with what it wrote.
 *
 * @param exitCode what the shell would see
 * @param output the standard output
 * @param errors the standard error
 */
record CapturedRun(int exitCode, String output, String errors) {

    static CapturedRun of(String... arguments) {
        return of(new ByteArrayOutputStream(), arguments);
    }

    static CapturedRun of(ByteArrayOutputStream output, String... arguments) {
        StringWriter usage = new StringWriter();
        StringWriter errors = new StringWriter();
        int exitCode = FlightsDemo.commandLine(Console.on(new PrintStream(output, true, StandardCharsets.UTF_8)))
                .setOut(new PrintWriter(usage, true))
                .setErr(new PrintWriter(errors, true))
                .execute(arguments);
        return new CapturedRun(exitCode, usage + output.toString(StandardCharsets.UTF_8), errors.toString());
    }
}
