package io.headrace.samples.flights;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.PostgresServer;
import io.headrace.test.RedisServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LostServerTest {

    @TempDir
    Path folder;

    @Test
    void aDatabaseThatDiesOnTheWayIsOneSentence() throws IOException {
        Path flights = Files.writeString(
                folder.resolve("flights.csv"), FlightParser.HEADER + "\n2001-01-01T00:04,0,2355,OGG,SJC\n");
        try (PostgresServer postgres = PostgresServer.start()) {
            CapturedRun run = CapturedRun.of(
                    new When("Streaming", postgres::kill),
                    "--flights",
                    flights.toString(),
                    "--report",
                    folder.resolve("skipped.csv").toString(),
                    "--postgres",
                    postgres.url(),
                    "--redis",
                    RedisServer.shared().url());

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.errors().lines()).hasSize(1);
            assertThat(run.errors()).startsWith("Stopped at 'Streaming the flights back': ");
        }
    }

    /** Does something once a text has been written. */
    private static final class When extends ByteArrayOutputStream {

        private final String text;
        private final Runnable action;
        private boolean done;

        When(String text, Runnable action) {
            this.text = text;
            this.action = action;
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            super.write(bytes, offset, length);
            if (!done && toString(StandardCharsets.UTF_8).contains(text)) {
                done = true;
                action.run();
            }
        }
    }
}
