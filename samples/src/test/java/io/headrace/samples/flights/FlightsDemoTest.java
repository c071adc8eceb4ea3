package io.headrace.samples.flights;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.PostgresTest;
import io.headrace.test.RedisTest;
import io.headrace.test.TestPostgres;
import io.headrace.test.TestRedis;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@PostgresTest
@RedisTest
class FlightsDemoTest {

    @TempDir
    Path folder;

    @Test
    void helpIsNoFailure() {
        CapturedRun run = CapturedRun.of("--help");

        assertThat(run.exitCode()).isZero();
        assertThat(run.output()).contains("--flights", "--postgres", "--redis", "--report");
    }

    @Test
    void anUnknownOptionShowsTheUsage() {
        CapturedRun run = CapturedRun.of("--flight", "a.csv");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.errors()).contains("Unknown option", "Usage: flights");
    }

    @Test
    void aMissingFileIsOneSentence() {
        assertOneSentence(CapturedRun.of("--flights", folder.resolve("none.csv").toString()), "there is no such file");
    }

    @Test
    void aFolderIsOneSentence() {
        assertOneSentence(CapturedRun.of("--flights", folder.toString()), "Cannot read");
    }

    @Test
    void anUnreachablePostgresIsOneSentenceWithoutThePassword(TestRedis redis) throws IOException {
        CapturedRun run =
                CapturedRun.of("--report", report(), "--redis", redis.url(), "--postgres", postgresAt(unusedPort()));

        assertOneSentence(run, "Cannot reach PostgreSQL");
        assertThat(run.errors()).doesNotContain("hush");
    }

    @Test
    void anUnreachableRedisIsOneSentenceWithoutThePassword(TestPostgres postgres) throws IOException {
        CapturedRun run =
                CapturedRun.of("--report", report(), "--postgres", postgres.url(), "--redis", redisAt(unusedPort()));

        assertOneSentence(run, "Cannot reach Redis");
        assertThat(run.errors()).doesNotContain("hush");
    }

    @Test
    void aUrlThatIsNoneIsOneSentence(TestRedis redis) {
        assertOneSentence(
                CapturedRun.of("--report", report(), "--redis", redis.url(), "--postgres", "shop"),
                "Cannot use --postgres");
        assertOneSentence(
                CapturedRun.of("--report", report(), "--redis", "shop", "--postgres", "shop"), "Cannot use --redis");
    }

    private static void assertOneSentence(CapturedRun run, String part) {
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors().lines()).hasSize(1);
        assertThat(run.errors()).contains(part);
    }

    private String report() {
        return folder.resolve("skipped.csv").toString();
    }

    private static String postgresAt(int port) {
        return "r2dbc:postgresql://user:hush@127.0.0.1:" + port + "/none";
    }

    private static String redisAt(int port) {
        return "redis://:hush@127.0.0.1:" + port;
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
