package io.headrace.samples.flights;

import io.headrace.core.Database;
import io.headrace.pool.Pool;
import io.headrace.pool.PoolSnapshot;
import io.headrace.redis.RedisToolkit;
import reactor.core.publisher.Mono;

/** The connections of the program: a pool to the database and the toolkit's connection to Redis. */
final class Clients implements AutoCloseable {

    private final DemoDatabase named;
    private final Pool pool;
    private final Database database;
    private final RedisToolkit redis;

    private Clients(DemoDatabase named, Pool pool, RedisToolkit redis) {
        this.named = named;
        this.pool = pool;
        this.database = Database.on(pool);
        this.redis = redis;
    }

    static Clients open(Servers servers) {
        RedisToolkit redis;
        try {
            redis = RedisToolkit.open(servers.redisUrl());
        } catch (RuntimeException error) {
            throw new DemoException("Cannot use --redis: " + Sentence.of(error), error);
        }
        try {
            return new Clients(servers.database(), Pool.open(servers.databaseUrl()), redis);
        } catch (RuntimeException error) {
            redis.close().block();
            throw new DemoException("Cannot use " + servers.database().option() + ": " + Sentence.of(error), error);
        }
    }

    /** Talks to both servers once, so that an unreachable one is known by name. Emits the version of the database. */
    Mono<String> greet() {
        Mono<String> version = database.sql(
                        FlightTables.isSqlite(database)
                                ? "SELECT sqlite_version()"
                                : "SELECT split_part(version(), ' ', 2)")
                .as(String.class)
                .one()
                .onErrorMap(error ->
                        new DemoException("Cannot reach " + named.product() + ": " + Sentence.of(error), error));
        Mono<Boolean> cache = redis.keyValues("headrace-demo", String.class)
                .exists("greeting")
                .onErrorMap(error -> new DemoException("Cannot reach Redis: " + Sentence.of(error), error));
        return version.delayUntil(known -> cache);
    }

    Database database() {
        return database;
    }

    RedisToolkit redis() {
        return redis;
    }

    PoolSnapshot poolSnapshot() {
        return pool.snapshot();
    }

    /** Blocks until all connections and threads are gone. */
    @Override
    public void close() {
        redis.close().then(pool.close()).block();
    }
}
