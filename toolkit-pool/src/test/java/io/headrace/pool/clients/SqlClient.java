package io.headrace.pool.clients;

import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The little that tests ask of a client, which does it in its own way. */
interface SqlClient {

    /** The first column of all rows. */
    Flux<Long> numbers(String sql);

    /** Executes a statement that changes something. */
    Mono<Void> change(String sql);

    /** Work in one transaction, which gets a client that is in it. */
    <T> Mono<T> inTransaction(Function<SqlClient, Mono<T>> work);

    /** The only column of the only row. */
    default Mono<Long> number(String sql) {
        return numbers(sql).single();
    }
}
