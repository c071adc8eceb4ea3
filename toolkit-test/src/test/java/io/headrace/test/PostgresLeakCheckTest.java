package io.headrace.test;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Wrapped;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.engine.JupiterTestEngine;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import reactor.core.publisher.Mono;

class PostgresLeakCheckTest {

    private static final List<String> DATABASES = new ArrayList<>();

    @Test
    void openTransactionFailsItsTestAndNoOther() {
        EngineExecutionResults results = run(LeavesATransactionOpen.class);

        assertThat(InnerTests.failures(results))
                .singleElement()
                .asString()
                .contains("idle in transaction", "SELECT 'left behind'", "pid ");
        results.testEvents()
                .assertStatistics(statistics -> statistics.succeeded(1).failed(1));
    }

    @Test
    void detectorIsAskedAfterEachTest() {
        assertThat(InnerTests.failures(run(HasALeakyPool.class)))
                .singleElement()
                .asString()
                .contains("pool 'shop': 1 leased");
    }

    @Test
    void connectionLeftOpenIsNamedByItsCallSite() {
        EngineExecutionResults results = run(LeavesAConnectionOpen.class);

        assertThat(InnerTests.failures(results))
                .singleElement()
                .asString()
                .contains("an open connection", "LeavesAConnectionOpen.leaves(PostgresLeakCheckTest.java:");
        results.testEvents()
                .assertStatistics(statistics -> statistics.succeeded(2).failed(1));
    }

    @Test
    void databaseIsDroppedAfterTheClass() {
        run(LeavesATransactionOpen.class).testEvents().assertStatistics(statistics -> statistics.started(2));

        TestPostgres other = PostgresServer.shared().createDatabase("look");
        long left = other.queryLong("SELECT count(*) FROM pg_database WHERE datname = '" + DATABASES.get(0) + "'");
        other.drop();
        assertThat(left).isZero();
    }

    private static EngineExecutionResults run(Class<?> testClass) {
        DATABASES.clear();
        return EngineTestKit.engine(new JupiterTestEngine())
                .selectors(selectClass(testClass))
                .execute();
    }

    @PostgresTest
    static class LeavesATransactionOpen {

        private static final List<java.sql.Connection> KEPT = new ArrayList<>();

        @Test
        void leaves(TestPostgres postgres) throws SQLException {
            DATABASES.add(postgres.database());
            java.sql.Connection connection = DriverManager.getConnection(
                    "jdbc:postgresql://%s:%d/%s".formatted(postgres.host(), postgres.port(), postgres.database()),
                    postgres.user(),
                    postgres.password());
            KEPT.add(connection);
            connection.setAutoCommit(false);
            connection.createStatement().execute("SELECT 'left behind'");
            assertThat(postgres.openTransactions()).singleElement().asString().contains("left behind");
        }

        @Test
        void leavesNothing(TestPostgres postgres) {
            assertThat(postgres.queryLong("SELECT 1")).isEqualTo(1);
        }

        @AfterAll
        static void close() throws SQLException {
            for (java.sql.Connection connection : KEPT) {
                connection.close();
            }
            KEPT.clear();
        }
    }

    @PostgresTest
    static class HasALeakyPool {

        @Test
        void leases(TestPostgres postgres) {
            postgres.detectLeaks(() -> List.of("pool 'shop': 1 leased"));
        }
    }

    @PostgresTest
    static class LeavesAConnectionOpen {

        @Test
        void leaves(TestPostgres postgres) {
            assertThat(Mono.from(postgres.connectionFactory().create()).block()).isNotNull();
        }

        @Test
        void closes(TestPostgres postgres) {
            Connection connection = requireNonNull(
                    Mono.from(postgres.connectionFactory().create()).block());
            assertThat(((Wrapped<?>) connection).unwrap(PostgresqlConnection.class))
                    .isNotNull();
            Mono.from(connection.close()).block();
        }

        @Test
        void keepsOneOfAPool(TestPostgres postgres) {
            assertThat(Mono.from(postgres.untrackedConnectionFactory().create()).block())
                    .isNotNull();
        }
    }
}
