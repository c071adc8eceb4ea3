package io.headrace.core.connection;

import static io.headrace.core.connection.AccessMode.READ_ONLY;
import static io.headrace.core.connection.AccessMode.READ_WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.core.SqlStatement;
import io.headrace.core.coalesce.LoaderConfig;
import io.headrace.core.dialect.TransactionMode;
import io.headrace.core.error.SqlErrors;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.IsolationLevel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** With which mark each way to use a database asks for its connection. */
@PostgresTest
@Timeout(30)
class AccessModeTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String NUMBERS = "SELECT n FROM generate_series(1, 5) AS n";

    private final AskedFactory factory;
    private final Database db;
    private final SqlStatement select;

    AccessModeTest(TestPostgres postgres) {
        factory = new AskedFactory(postgres.connectionFactory());
        db = Database.on(factory);
        select = db.sql(NUMBERS);
    }

    @Test
    void whoSaysNothingAsksForEverything() {
        StepVerifier.create(select.as(Integer.class).flux()).expectNextCount(5).verifyComplete();

        assertThat(factory.asked).containsExactly(READ_WRITE);
    }

    @Test
    void everyWayToReadAMarkedStatementAsksForReadingOnly() {
        SqlStatement marked = select.readOnly().named("numbers").bindAll(Map.of());
        marked.as(Integer.class).flux().blockLast(LIMIT);
        marked.as(Integer.class).first().block(LIMIT);
        marked.as(Integer.class).partitions(2).blockLast(LIMIT);
        marked.run().block(LIMIT);
        db.sql("SELECT 1; SELECT 2").readOnly().run().block(LIMIT);
        db.sql("SELECT 7").readOnly().as(Integer.class).one().block(LIMIT);

        assertThat(factory.asked).hasSize(6).containsOnly(READ_ONLY);
    }

    @Test
    void thePagesOfAScanAndTheBatchesOfALoaderAreMarkedWithTheirStatement() {
        select.readOnly().as(Integer.class).scanBy("n").pageSize(2).flux().blockLast(LIMIT);
        assertThat(factory.asked).hasSizeGreaterThan(2).containsOnly(READ_ONLY);

        factory.asked.clear();
        db.loader(
                        db.sql("SELECT n FROM generate_series(1, 5) AS n WHERE n = ANY(:keys)")
                                .readOnly(),
                        Integer.class,
                        n -> n,
                        LoaderConfig.defaults())
                .load(3)
                .block(LIMIT);
        assertThat(factory.asked).containsExactly(READ_ONLY);
    }

    @Test
    void theMarkOfTheContextReachesStatementsAndTransactionsAndTheInnermostCounts() {
        select.update().contextWrite(READ_ONLY::in).block(LIMIT);
        transaction(TransactionMode.defaults())
                .mono(session -> select.update())
                .contextWrite(READ_ONLY::in)
                .block(LIMIT);
        select.update().contextWrite(READ_WRITE::in).contextWrite(READ_ONLY::in).block(LIMIT);

        assertThat(factory.asked).containsExactly(READ_ONLY, READ_ONLY, READ_WRITE);
    }

    @Test
    void aTransactionGoesWhereItsModeSays() {
        TransactionMode plain = TransactionMode.defaults();
        transaction(plain.asReadOnly()).mono(session -> select.update()).block(LIMIT);
        transaction(plain.asReadOnly().withIsolation(IsolationLevel.REPEATABLE_READ))
                .mono(session -> select.update())
                .block(LIMIT);
        transaction(plain.asReadOnly().withIsolation(IsolationLevel.SERIALIZABLE))
                .mono(session -> select.update())
                .block(LIMIT);
        transaction(TransactionMode.defaults().withReadOnly(false))
                .mono(session -> select.update())
                .contextWrite(READ_ONLY::in)
                .block(LIMIT);

        assertThat(factory.asked).containsExactly(READ_ONLY, READ_ONLY, READ_WRITE, READ_WRITE);
    }

    @Test
    void aStatementNeverLeavesTheTransactionThatIsOpen() {
        Mono<String> body = Mono.zip(
                        db.sql("SELECT pg_backend_pid()").as(Integer.class).one(),
                        db.sql("SELECT pg_backend_pid()")
                                .readOnly()
                                .as(Integer.class)
                                .one(),
                        db.sql("SELECT pg_backend_pid()")
                                .as(Integer.class)
                                .one()
                                .contextWrite(READ_ONLY::in))
                .map(pids ->
                        pids.getT1().equals(pids.getT2()) && pids.getT2().equals(pids.getT3()) ? "one" : "several");

        StepVerifier.create(transaction(TransactionMode.defaults()).mono(session -> body))
                .expectNext("one")
                .expectComplete()
                .verify(LIMIT);
        assertThat(factory.asked).containsExactly(READ_WRITE);
    }

    @Test
    void aTransactionUnderTheMarkRefusesToWriteAlsoOnTheServerThatCould() {
        StepVerifier.create(transaction(TransactionMode.defaults())
                        .mono(session -> db.sql("CREATE TABLE unwanted (n int)").run())
                        .contextWrite(READ_ONLY::in))
                .expectErrorSatisfies(
                        error -> assertThat(SqlErrors.sqlStateOf(error)).contains("25006"))
                .verify(LIMIT);
    }

    private TransactionScope transaction(TransactionMode mode) {
        return TransactionScope.of(db.sessions(), mode);
    }

    /** Notes the mark of each subscriber. */
    private static final class AskedFactory implements ConnectionFactory {

        final List<AccessMode> asked = new CopyOnWriteArrayList<>();
        private final ConnectionFactory connections;

        AskedFactory(ConnectionFactory connections) {
            this.connections = connections;
        }

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
    }
}
