package io.headrace.tx.conformance;

import io.headrace.core.Database;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import reactor.core.publisher.Flux;

/** A database of one class of the suite. */
interface TestDatabase extends AutoCloseable {

    Duration LIMIT = Duration.ofSeconds(60);

    ConnectionFactory connectionFactory();

    @Override
    void close();

    /** Runs statements one after the other, outside any transaction. */
    default void execute(String... statements) {
        Database db = Database.on(connectionFactory());
        Flux.fromArray(statements)
                .concatMap(statement -> db.sql(statement).run())
                .then()
                .block(LIMIT);
    }
}
