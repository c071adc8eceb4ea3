package io.headrace.pool.clients;

import static java.util.Objects.requireNonNull;

import io.r2dbc.spi.ConnectionFactory;
import java.util.function.Function;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** As an application with Spring does it; the transaction is in the context. */
record SpringClient(DatabaseClient client, TransactionalOperator transactions) implements SqlClient {

    static SpringClient on(ConnectionFactory connections) {
        return new SpringClient(
                DatabaseClient.create(connections),
                TransactionalOperator.create(new R2dbcTransactionManager(connections)));
    }

    @Override
    public Flux<Long> numbers(String sql) {
        return client.sql(sql)
                .map(row -> requireNonNull(row.get(0, Long.class)))
                .all();
    }

    @Override
    public Mono<Void> change(String sql) {
        return client.sql(sql).then();
    }

    @Override
    public <T> Mono<T> inTransaction(Function<SqlClient, Mono<T>> work) {
        return transactions.transactional(Mono.defer(() -> work.apply(this)));
    }
}
