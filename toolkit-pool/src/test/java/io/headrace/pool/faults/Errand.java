package io.headrace.pool.faults;

import static java.util.Objects.requireNonNull;

import io.headrace.pool.Pool;
import io.headrace.pool.Sql;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.IsolationLevel;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What a borrower does whom a cancel may meet at any point. Its answer is what it found of others, or nothing. */
enum Errand {
    BORROW_ONLY {
        @Override
        Mono<String> run(Pool pool) {
            return loan(pool, connection -> Mono.just(""));
        }
    },

    STATEMENT {
        @Override
        Mono<String> run(Pool pool) {
            return loan(pool, connection -> isolation(connection, "read committed"));
        }
    },

    TRANSACTION {
        @Override
        Mono<String> run(Pool pool) {
            return loan(pool, connection -> Mono.from(connection.beginTransaction(IsolationLevel.SERIALIZABLE))
                    .then(Mono.defer(() -> isolation(connection, "serializable")))
                    .delayUntil(found -> connection.commitTransaction()));
        }
    },

    TRANSACTION_IN_SQL {
        @Override
        Mono<String> run(Pool pool) {
            return loan(pool, connection -> Sql.run(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ")
                    .then(Mono.defer(() -> isolation(connection, "repeatable read")))
                    .delayUntil(found -> Sql.run(connection, "ROLLBACK")));
        }
    },

    LONG_STATEMENT {
        @Override
        Mono<String> run(Pool pool) {
            return loan(pool, connection -> Ask.sleep(connection, 0.01).map(slept -> ""));
        }
    },

    ROWS_WITHOUT_PARAMETERS {
        @Override
        Mono<String> run(Pool pool) {
            return loan(pool, connection -> Flux.from(connection
                            .createStatement("SELECT n, repeat('x', 100) FROM generate_series(1, 500) AS n")
                            .execute())
                    .concatMap(result -> result.map((row, metadata) -> requireNonNull(row.get(0, Integer.class))))
                    .count()
                    .map(rows -> rows == 500 ? "" : rows + " rows instead of 500"));
        }
    },

    CURSOR {
        @Override
        Mono<String> run(Pool pool) {
            return loan(pool, connection -> Flux.from(connection
                            .createStatement("SELECT n FROM generate_series(1, $1) AS n")
                            .bind("$1", 60)
                            .fetchSize(20)
                            .execute())
                    .concatMap(result -> result.map((row, metadata) -> requireNonNull(row.get(0, Integer.class))))
                    .count()
                    .map(rows -> rows == 60 ? "" : rows + " rows instead of 60"));
        }
    };

    abstract Mono<String> run(Pool pool);

    private static Mono<String> loan(Pool pool, Function<Connection, Mono<String>> work) {
        return Mono.usingWhen(pool.create(), work, Connection::close);
    }

    private static Mono<String> isolation(Connection connection, String expected) {
        return Flux.from(connection
                        .createStatement("SELECT current_setting($1)")
                        .bind("$1", "transaction_isolation")
                        .execute())
                .concatMap(result -> result.map((row, metadata) -> requireNonNull(row.get(0, String.class))))
                .single()
                .map(found -> found.equals(expected) ? "" : "isolation " + found + " instead of " + expected);
    }
}
