package io.headrace.tx;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.core.connection.AccessMode;
import io.headrace.core.error.SqlErrors;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Which connection a transaction asks for, where a pool has replicas to read from. */
@PostgresTest
@Timeout(30)
class ReadOnlyTransactionsTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final List<AccessMode> asked = new CopyOnWriteArrayList<>();
    private final Database db;
    private final Transactions tx;

    ReadOnlyTransactionsTest(TestPostgres postgres) {
        ConnectionFactory connections = postgres.connectionFactory();
        db = Database.on(new ConnectionFactory() {
            @Override
            public Mono<Connection> create() {
                return Mono.deferContextual(context -> {
                    asked.add(AccessMode.of(context));
                    return Mono.from(connections.create());
                });
            }

            @Override
            public ConnectionFactoryMetadata getMetadata() {
                return connections.getMetadata();
            }
        });
        tx = Transactions.on(db);
    }

    private Mono<Integer> backend() {
        return db.sql("SELECT pg_backend_pid()").as(Integer.class).one();
    }

    /** Whether all statements of the body run on one connection. */
    private Mono<Boolean> isOneUnit() {
        Mono<Integer> marked =
                db.sql("SELECT pg_backend_pid()").readOnly().as(Integer.class).one();
        return backend()
                .zipWith(marked, Integer::equals)
                .zipWith(
                        backend().transform(tx.nested()).then(backend().transform(tx.required())),
                        (same, last) -> same);
    }

    @Test
    void aTransactionUnderTheMarkIsOneUnitForReadingOnly() {
        StepVerifier.create(Mono.from(isOneUnit().transform(tx.required())).contextWrite(AccessMode.READ_ONLY::in))
                .expectNext(true)
                .expectComplete()
                .verify(LIMIT);

        assertThat(asked).containsExactly(AccessMode.READ_ONLY);
    }

    @Test
    void aReadOnlyModeAsksForReadingOnly() {
        StepVerifier.create(tx.with(TransactionOptions::readOnly).run(isOneUnit()))
                .expectNext(true)
                .expectComplete()
                .verify(LIMIT);

        assertThat(asked).containsExactly(AccessMode.READ_ONLY);
    }

    @Test
    void aMarkedStatementNeverLeavesAnOrdinaryTransaction() {
        StepVerifier.create(tx.run(isOneUnit()))
                .expectNext(true)
                .expectComplete()
                .verify(LIMIT);

        assertThat(asked).containsExactly(AccessMode.READ_WRITE);
    }

    @Test
    void aWriteInATransactionUnderTheMarkIsRefusedByTheServer() {
        StepVerifier.create(
                        tx.run(db.sql("CREATE TABLE unwanted (n int)").run()).contextWrite(AccessMode.READ_ONLY::in))
                .expectErrorSatisfies(
                        error -> assertThat(SqlErrors.sqlStateOf(error)).contains("25006"))
                .verify(LIMIT);
    }
}
