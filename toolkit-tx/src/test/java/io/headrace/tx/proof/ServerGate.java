package io.headrace.tx.proof;

import io.headrace.test.TestPostgres;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.Result;
import java.util.HashSet;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Holds statements, or COMMITs, back on the server itself, by advisory locks of a connection of its own: so that they are
 * surely in flight for as long as a test likes.
 */
final class ServerGate implements AutoCloseable {

    /** Taken by each insert of {@link #INSERT}. */
    static final int STATEMENT = 78;

    /** Taken by a deferred trigger of the table, in COMMIT. */
    static final int COMMIT = 77;

    /** Two rows by one statement. */
    static final String INSERT = "INSERT INTO pairs SELECT :id, half FROM generate_series(1, 2) AS half, "
            + "(SELECT pg_advisory_xact_lock_shared(" + STATEMENT + ")) AS gate";

    /** A row whose id is negative is refused, though not before COMMIT. */
    private static final String TABLE =
            """
            DROP TABLE IF EXISTS pairs;
            CREATE TABLE pairs (id int4 NOT NULL, half int4 NOT NULL);
            CREATE OR REPLACE FUNCTION at_commit() RETURNS trigger LANGUAGE plpgsql AS '
            BEGIN
                PERFORM pg_advisory_xact_lock_shared(%d);
                IF NEW.id < 0 THEN RAISE check_violation; END IF;
                RETURN NULL;
            END';
            CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON pairs
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION at_commit()"""
                    .formatted(COMMIT);

    private final Connection connection;
    private final Set<Integer> held = new HashSet<>();

    ServerGate(TestPostgres postgres) {
        postgres.execute(TABLE);
        this.connection = Mono.<Connection>from(
                        ConnectionFactories.get(postgres.url()).create())
                .block(Line.LATER);
    }

    void hold(int gate) {
        run("SELECT pg_advisory_lock(" + gate + ")");
        held.add(gate);
    }

    void open() {
        held.forEach(gate -> run("SELECT pg_advisory_unlock(" + gate + ")"));
        held.clear();
    }

    private void run(String sql) {
        Flux.from(connection.createStatement(sql).execute())
                .concatMap(Result::getRowsUpdated)
                .then()
                .block(Line.LATER);
    }

    @Override
    public void close() {
        Mono.from(connection.close()).onErrorComplete().block(Line.LATER);
    }
}
