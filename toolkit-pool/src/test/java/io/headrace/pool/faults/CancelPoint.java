package io.headrace.pool.faults;

import static java.util.Objects.requireNonNull;

import io.headrace.pool.Pool;
import io.headrace.pool.Sql;
import io.netty.buffer.ByteBuf;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Wrapped;
import java.time.Duration;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Where in the life of a loan its borrower cancels. Each point is marked when what it is about has been asked for. */
enum CancelPoint {
    WAITING_FOR_A_CONNECTION {
        @Override
        Publisher<?> work(Pool pool, Runnable here) {
            return loan(pool, first -> Mono.from(pool.create()).doOnSubscribe(ignored -> here.run()));
        }

        @Override
        boolean sendsSomething() {
            return false;
        }
    },

    CONNECTING {
        @Override
        Publisher<?> work(Pool pool, Runnable here) {
            return loan(pool, connection -> Mono.never()).doOnSubscribe(ignored -> here.run());
        }

        @Override
        boolean needsAnIdleConnection() {
            return false;
        }
    },

    VALIDATING {
        @Override
        Publisher<?> work(Pool pool, Runnable here) {
            return loan(pool, connection -> Mono.never()).doOnSubscribe(ignored -> here.run());
        }

        @Override
        Duration trusted() {
            return Duration.ZERO;
        }
    },

    BEGIN {
        @Override
        Publisher<?> work(Pool pool, Runnable here) {
            return loan(pool, connection -> Mono.from(connection.beginTransaction(IsolationLevel.SERIALIZABLE))
                    .doOnSubscribe(ignored -> here.run()));
        }
    },

    BEGIN_IN_SQL {
        @Override
        Publisher<?> work(Pool pool, Runnable here) {
            return loan(pool, connection -> Sql.run(connection, "BEGIN ISOLATION LEVEL SERIALIZABLE")
                    .doOnSubscribe(ignored -> here.run()));
        }
    },

    SHORT_STATEMENT {
        @Override
        Publisher<?> work(Pool pool, Runnable here) {
            return loan(pool, connection -> Ask.sleep(connection, 0).doOnSubscribe(ignored -> here.run()));
        }
    },

    SHORT_STATEMENT_IN_A_TRANSACTION {
        @Override
        Publisher<?> work(Pool pool, Runnable here) {
            return transaction(pool, connection -> Sql.one(connection, "SELECT pg_advisory_xact_lock(4)", Object.class)
                    .doOnSubscribe(ignored -> here.run()));
        }
    },

    NOTHING_IN_A_TRANSACTION {
        @Override
        Publisher<?> work(Pool pool, Runnable here) {
            return transaction(pool, connection -> Mono.never().doOnSubscribe(ignored -> here.run()));
        }

        @Override
        boolean sendsSomething() {
            return false;
        }
    },

    LONG_STATEMENT {
        @Override
        Publisher<?> work(Pool pool, Runnable here) {
            return loan(pool, connection -> Ask.sleep(connection, 120).doOnSubscribe(ignored -> here.run()));
        }
    },

    LONG_STATEMENT_IN_A_TRANSACTION {
        @Override
        Publisher<?> work(Pool pool, Runnable here) {
            return transaction(pool, connection -> Ask.sleep(connection, 120).doOnSubscribe(ignored -> here.run()));
        }
    },

    LONG_STATEMENT_WITHOUT_PARAMETERS {
        @Override
        Publisher<?> work(Pool pool, Runnable here) {
            return loan(pool, connection -> Sql.one(connection, "SELECT 1 FROM pg_sleep(120)", Integer.class)
                    .doOnSubscribe(ignored -> here.run()));
        }
    },

    LONG_BATCH {
        @Override
        Publisher<?> work(Pool pool, Runnable here) {
            return loan(pool, connection -> Flux.from(connection
                            .createBatch()
                            .add("SELECT 1 FROM pg_sleep(60)")
                            .add("SELECT 1 FROM pg_sleep(60)")
                            .execute())
                    .concatMap(Result::getRowsUpdated)
                    .doOnSubscribe(ignored -> here.run()));
        }
    },

    ROWS_THAT_KEEP_COMING {
        @Override
        Publisher<?> work(Pool pool, Runnable here) {
            return loan(pool, connection -> Flux.from(connection
                            .createStatement("SELECT n, repeat('x', 1000) FROM generate_series(1, 10000000) AS n")
                            .execute())
                    .concatMap(result -> result.map((row, metadata) -> requireNonNull(row.get(0, Integer.class))))
                    .doOnNext(n -> {
                        if (n == 1) {
                            here.run();
                        }
                    }));
        }

        @Override
        boolean sendsSomething() {
            return false;
        }
    },

    COPY {
        @Override
        Publisher<?> work(Pool pool, Runnable here) {
            return loan(pool, connection -> Sql.run(connection, "CREATE TABLE IF NOT EXISTS copied (id int)")
                    .then(Mono.defer(() -> requireNonNull(((Wrapped<?>) connection).unwrap(PostgresqlConnection.class))
                            .copyIn("COPY copied FROM STDIN")
                            .from(Mono.<ByteBuf>never())
                            .build()
                            .doOnSubscribe(ignored -> here.run()))));
        }
    },

    BETWEEN_FETCHES {
        @Override
        Publisher<?> work(Pool pool, Runnable here) {
            return transaction(pool, connection -> Flux.from(connection
                            .createStatement("SELECT n FROM generate_series(1, $1) AS n")
                            .bind("$1", 100_000)
                            .fetchSize(10)
                            .execute())
                    .concatMap(result -> result.map((row, metadata) -> requireNonNull(row.get(0, Integer.class))))
                    .doOnNext(n -> {
                        if (n == 25) {
                            here.run();
                        }
                    }));
        }
    },

    COMMIT {
        @Override
        Publisher<?> work(Pool pool, Runnable here) {
            return transaction(pool, connection -> Mono.from(connection.commitTransaction())
                    .doOnSubscribe(ignored -> here.run()));
        }
    },

    ROLLBACK {
        @Override
        Publisher<?> work(Pool pool, Runnable here) {
            return transaction(pool, connection -> Mono.from(connection.rollbackTransaction())
                    .doOnSubscribe(ignored -> here.run()));
        }
    },

    RELEASE {
        @Override
        Publisher<?> work(Pool pool, Runnable here) {
            return pool.create().flatMap(connection -> Mono.from(connection.beginTransaction())
                    .then(Mono.defer(() -> Mono.from(connection.close())).doOnSubscribe(ignored -> here.run())));
        }
    };

    abstract Publisher<?> work(Pool pool, Runnable here);

    /** Whether the point is reached only when a request is under way. */
    boolean sendsSomething() {
        return true;
    }

    boolean needsAnIdleConnection() {
        return true;
    }

    /** For how long an idle connection is lent without a question. */
    Duration trusted() {
        return Ask.LATER;
    }

    private static Flux<Object> loan(Pool pool, Function<Connection, Publisher<?>> body) {
        return Flux.usingWhen(pool.create(), body, Connection::close);
    }

    private static Flux<Object> transaction(Pool pool, Function<Connection, Publisher<?>> body) {
        return loan(pool, connection -> Flux.from(connection
                        .createStatement("BEGIN ISOLATION LEVEL SERIALIZABLE")
                        .execute())
                .concatMap(Result::getRowsUpdated)
                .thenMany(Flux.defer(() -> body.apply(connection))));
    }
}
