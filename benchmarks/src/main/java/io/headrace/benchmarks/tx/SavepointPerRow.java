package io.headrace.benchmarks.tx;

import io.headrace.benchmarks.peers.Peers;
import io.r2dbc.spi.ConnectionFactory;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** As it is done without Headrace. Each gives how many rows were kept. */
final class SavepointPerRow {

    private static final String UNIQUE_VIOLATION = "23505";

    private final DatabaseClient client;
    private final TransactionalOperator transaction;
    private final TransactionalOperator nested;
    private final DataSource jdbc;

    SavepointPerRow(Peers peers) {
        ConnectionFactory pool = peers.r2dbcPool();
        ReactiveTransactionManager manager = new R2dbcTransactionManager(pool);
        this.client = peers.spring(pool);
        this.transaction = TransactionalOperator.create(manager);
        this.nested = TransactionalOperator.create(
                manager, new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_NESTED));
        this.jdbc = peers.jdbc();
    }

    long spring(List<Flight> flights) {
        Long kept = Flux.fromIterable(flights)
                .concatMap(flight -> insert(flight)
                        .as(nested::transactional)
                        .onErrorResume(DataIntegrityViolationException.class, error -> Mono.just(0L)))
                .reduce(0L, Long::sum)
                .as(transaction::transactional)
                .block();
        return kept == null ? 0 : kept;
    }

    private Mono<Long> insert(Flight flight) {
        return client.sql("INSERT INTO flights_to_try VALUES ($1, $2, $3, $4, $5, $6)")
                .bind(0, flight.line())
                .bind(1, flight.departedAt())
                .bind(2, flight.delayMinutes())
                .bind(3, flight.distanceMiles())
                .bind(4, flight.origin())
                .bind(5, flight.destination())
                .fetch()
                .rowsUpdated();
    }

    long jdbc(List<Flight> flights) throws SQLException {
        long kept = 0;
        try (Connection connection = jdbc.getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO flights_to_try VALUES (?, ?, ?, ?, ?, ?)")) {
                for (Flight flight : flights) {
                    kept += tryOne(connection, insert, flight);
                }
            }
            connection.commit();
        }
        return kept;
    }

    private static int tryOne(Connection connection, PreparedStatement insert, Flight flight) throws SQLException {
        insert.setLong(1, flight.line());
        insert.setObject(2, flight.departedAt());
        insert.setInt(3, flight.delayMinutes());
        insert.setInt(4, flight.distanceMiles());
        insert.setString(5, flight.origin());
        insert.setString(6, flight.destination());
        Savepoint savepoint = connection.setSavepoint();
        int inserted = 0;
        try {
            inserted = insert.executeUpdate();
        } catch (SQLException error) {
            if (!UNIQUE_VIOLATION.equals(error.getSQLState())) {
                throw error;
            }
            connection.rollback(savepoint);
        }
        connection.releaseSavepoint(savepoint);
        return inserted;
    }
}
