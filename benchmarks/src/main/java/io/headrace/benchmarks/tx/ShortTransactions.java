package io.headrace.benchmarks.tx;

import static io.headrace.benchmarks.tx.Counters.UPDATE;
import static io.headrace.benchmarks.tx.Counters.firstOf;
import static io.headrace.benchmarks.tx.Counters.secondOf;

import io.headrace.core.Database;
import io.headrace.core.connection.Sessions;
import io.headrace.tx.CommitCheck;
import io.headrace.tx.Transactions;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Result;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

/** The ways to do one. */
final class ShortTransactions {

    private ShortTransactions() {}

    static ShortTransaction headrace(Database db) {
        Transactions tx = Transactions.on(db);
        return caller -> tx.run(update(db, firstOf(caller)).then(update(db, secondOf(caller))));
    }

    /** The operator alone, around the driver's own statements. */
    static ShortTransaction around(Database db, CommitCheck commitCheck) {
        Transactions tx = Transactions.on(db).with(options -> options.commitCheck(commitCheck));
        Sessions sessions = db.sessions();
        return caller -> tx.run(update(sessions, firstOf(caller)).then(update(sessions, secondOf(caller))));
    }

    private static Mono<Long> update(Sessions sessions, int id) {
        return Mono.fromDirect(sessions.use(session -> session.run(connection -> update(connection, id))));
    }

    private static Mono<Long> update(Database db, int id) {
        return db.sql(UPDATE + ":id").bind("id", id).update();
    }

    static ShortTransaction spring(DatabaseClient client, ConnectionFactory pool) {
        TransactionalOperator operator = TransactionalOperator.create(new R2dbcTransactionManager(pool));
        return caller -> update(client, firstOf(caller))
                .then(Mono.defer(() -> update(client, secondOf(caller))))
                .as(operator::transactional);
    }

    private static Mono<Long> update(DatabaseClient client, int id) {
        return client.sql(UPDATE + "$1").bind(0, id).fetch().rowsUpdated();
    }

    /** By hand, with the driver's own methods. */
    static ShortTransaction byHand(ConnectionFactory pool) {
        return caller -> Mono.usingWhen(
                pool.create(),
                connection -> Mono.from(connection.beginTransaction())
                        .then(update(connection, firstOf(caller)))
                        .then(update(connection, secondOf(caller)))
                        .delayUntil(updated -> connection.commitTransaction()),
                Connection::close,
                (connection, error) ->
                        Mono.from(connection.rollbackTransaction()).then(Mono.from(connection.close())),
                connection -> Mono.from(connection.rollbackTransaction()).then(Mono.from(connection.close())));
    }

    private static Mono<Long> update(Connection connection, int id) {
        return Mono.defer(() -> Mono.fromDirect(
                        connection.createStatement(UPDATE + "$1").bind(0, id).execute())
                .flatMap((Result result) -> Mono.fromDirect(result.getRowsUpdated())));
    }

    static void jdbc(DataSource pool, int caller, int times) throws SQLException {
        for (int time = 0; time < times; time++) {
            try (java.sql.Connection connection = pool.getConnection()) {
                connection.setAutoCommit(false);
                try (PreparedStatement update = connection.prepareStatement(UPDATE + "?")) {
                    update.setInt(1, firstOf(caller));
                    update.executeUpdate();
                    update.setInt(1, secondOf(caller));
                    update.executeUpdate();
                }
                connection.commit();
            }
        }
    }
}
