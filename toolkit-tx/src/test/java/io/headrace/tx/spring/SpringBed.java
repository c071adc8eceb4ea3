package io.headrace.tx.spring;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.pool.Pool;
import io.headrace.pool.PoolConfig;
import io.headrace.test.TestPostgres;
import io.headrace.tx.Conditions;
import io.headrace.tx.Transactions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import reactor.core.publisher.Mono;

/** Spring and Headrace on one pool of two connections, all of which are free after each test. */
abstract class SpringBed {

    static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String TRANSACTION = "SELECT pg_current_xact_id()::text::int8 AS id";

    final TestPostgres postgres;
    Pool pool;
    Database db;
    Transactions tx;
    DatabaseClient client;
    TransactionalOperator operator;
    private R2dbcTransactionManager manager;

    SpringBed(TestPostgres postgres) {
        this.postgres = postgres;
    }

    @BeforeEach
    void open() {
        postgres.execute("DROP TABLE IF EXISTS notes; CREATE TABLE notes (id int4 PRIMARY KEY)");
        pool = Pool.open(postgres.url(), PoolConfig.of(c -> c.size(2).acquireTimeout(Duration.ofSeconds(10))));
        db = Database.on(SpringTransactions.sharedBy(pool));
        tx = Transactions.on(db);
        client = DatabaseClient.create(pool);
        manager = new R2dbcTransactionManager(pool);
        operator = TransactionalOperator.create(manager);
    }

    @AfterEach
    void everyConnectionHasComeBack() {
        Conditions.await(() -> pool.snapshot().acquired() == 0);
        assertThat(postgres.openTransactions()).isEmpty();
        pool.close().block(LIMIT);
    }

    TransactionalOperator operator(int propagation) {
        TransactionDefinition definition = new DefaultTransactionDefinition(propagation);
        return TransactionalOperator.create(manager, definition);
    }

    Mono<Long> insert(int id) {
        return db.sql("INSERT INTO notes VALUES (:id)").bind("id", id).update();
    }

    Mono<Long> insertBySpring(int id) {
        return client.sql("INSERT INTO notes VALUES (:id)")
                .bind("id", id)
                .fetch()
                .rowsUpdated();
    }

    Mono<Long> transaction() {
        return db.sql(TRANSACTION).as(Long.class).one();
    }

    Mono<Long> transactionOfSpring() {
        return client.sql(TRANSACTION)
                .map(row -> requireNonNull(row.get("id", Long.class)))
                .one();
    }

    static <T> Mono<T> failure(String message) {
        return Mono.error(() -> new IllegalStateException(message));
    }

    String notes() {
        return String.valueOf(postgres.queryString("SELECT string_agg(id::text, ',' ORDER BY id) FROM notes"));
    }
}
