package io.headrace.tx.conformance;

import io.headrace.core.Database;
import io.headrace.tx.Transactions;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;

/** What holds on every database, on a table of numbers that are unique and not below zero. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
abstract class Contract {

    record Entry(long id, long amount) {}

    final TestDatabase database;
    final Database db;
    final Transactions tx;

    Contract(TestDatabase database) {
        this.database = database;
        this.db = Database.on(database.connectionFactory());
        this.tx = Transactions.on(db);
    }

    @BeforeEach
    void createEntries() {
        database.execute(
                "DROP TABLE IF EXISTS entries",
                "CREATE TABLE entries (id bigint PRIMARY KEY, amount bigint NOT NULL CHECK (amount >= 0))");
    }

    @AfterAll
    void close() {
        database.close();
    }

    Mono<Long> insert(long id) {
        return insert(new Entry(id, 0));
    }

    Mono<Long> insert(Entry entry) {
        return db.sql("INSERT INTO entries VALUES (:id, :amount)")
                .bindAll(entry)
                .update();
    }

    Mono<Long> count() {
        return db.sql("SELECT count(*) FROM entries").as(Long.class).one();
    }

    /** What is there for everybody. */
    List<Long> ids() {
        return db.sql("SELECT id FROM entries ORDER BY id")
                .as(Long.class)
                .flux()
                .collectList()
                .block(TestDatabase.LIMIT);
    }
}
