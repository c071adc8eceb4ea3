package io.headrace.core.conformance;

import io.headrace.core.Database;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** What holds on every database; each test gives its connections back. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class Contract {

    final TestDatabase database;
    final Database db;

    Contract(TestDatabase database) {
        this.database = database;
        this.db = Database.on(database.connectionFactory());
    }

    @AfterEach
    void everyConnectionHasComeBack() {
        database.awaitNoSessions();
    }

    @AfterAll
    void drop() {
        database.close();
    }

    void create(String table, String columns) {
        database.execute("DROP TABLE IF EXISTS " + table, "CREATE TABLE " + table + " (" + columns + ")");
    }
}
