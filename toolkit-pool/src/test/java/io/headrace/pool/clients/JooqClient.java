package io.headrace.pool.clients;

import io.r2dbc.spi.ConnectionFactory;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** As an application with jOOQ does it; the transaction is in a configuration of its own. */
record JooqClient(DSLContext context) implements SqlClient {

    static JooqClient on(ConnectionFactory connections) {
        return new JooqClient(DSL.using(connections, SQLDialect.POSTGRES));
    }

    @Override
    public Flux<Long> numbers(String sql) {
        return Flux.defer(() -> context.resultQuery(sql)).map(row -> row.get(0, Long.class));
    }

    @Override
    public Mono<Void> change(String sql) {
        return Flux.defer(() -> context.query(sql)).then();
    }

    @Override
    public <T> Mono<T> inTransaction(Function<SqlClient, Mono<T>> work) {
        return Flux.defer(() -> context.transactionPublisher(
                        configuration -> work.apply(new JooqClient(DSL.using(configuration)))))
                .singleOrEmpty();
    }
}
