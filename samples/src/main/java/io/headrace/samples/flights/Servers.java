package io.headrace.samples.flights;

import io.headrace.test.PostgresServer;
import io.headrace.test.RedisServer;
import io.headrace.test.TestServerException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The servers that the program works on: those that were named, and embedded ones in place of those that were not. */
final class Servers implements AutoCloseable {

    private final DemoDatabase database;
    private final String databaseUrl;
    private final String redisUrl;
    private final List<Runnable> stops;

    private Servers(DemoDatabase database, String databaseUrl, String redisUrl, List<Runnable> stops) {
        this.database = database;
        this.databaseUrl = databaseUrl;
        this.redisUrl = redisUrl;
        this.stops = stops;
    }

    /** Starts what was not named; blocks until it answers. */
    static Servers start(DemoDatabase database, @Nullable String redisUrl) {
        List<Runnable> stops = new ArrayList<>();
        try {
            return new Servers(
                    database,
                    database.url() == null ? postgres(stops) : database.url(),
                    redisUrl == null ? redis(stops) : redisUrl,
                    stops);
        } catch (TestServerException error) {
            stop(stops);
            throw new DemoException(
                    "Cannot start an embedded server (" + error.getMessage()
                            + "); name your own with --postgres and --redis.",
                    error);
        }
    }

    private static String postgres(List<Runnable> stops) {
        PostgresServer server = PostgresServer.start();
        stops.add(server::close);
        return server.url();
    }

    private static String redis(List<Runnable> stops) {
        RedisServer server = RedisServer.start();
        stops.add(server::close);
        return server.url();
    }

    DemoDatabase database() {
        return database;
    }

    String databaseUrl() {
        return databaseUrl;
    }

    String redisUrl() {
        return redisUrl;
    }

    @Override
    public void close() {
        stop(stops);
    }

    private static void stop(List<Runnable> stops) {
        Collections.reverse(stops);
        stops.forEach(Runnable::run);
        stops.clear();
    }
}
