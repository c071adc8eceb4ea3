package io.headrace.pool.faults;

import static java.util.Objects.requireNonNull;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.util.List;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The few lines of plain R2DBC that these tests need, and waiting for them on the test's own thread. */
final class Ask {

    /** Much longer than anything here takes on a machine with other work. */
    static final Duration LATER = Duration.ofSeconds(20);

    private Ask() {}

    /** A statement with a parameter, which the driver reads in another way than one without; see {@code docs/traps.md}. */
    static Mono<Integer> sleep(Connection connection, double seconds) {
        return Flux.from(connection
                        .createStatement("SELECT 1 FROM pg_sleep($1)")
                        .bind("$1", seconds)
                        .execute())
                .concatMap(result -> result.map((row, metadata) -> requireNonNull(row.get(0, Integer.class))))
                .single();
    }

    /** So many connections, lent at the same time. */
    static List<Connection> lend(ConnectionFactory connections, int count) {
        return now(Flux.range(0, count)
                .<Connection>flatMap(i -> connections.create(), count)
                .collectList());
    }

    static void giveBack(List<Connection> lent) {
        lent.forEach(connection -> done(connection.close()));
    }

    /** The only value. */
    static <T> T now(Publisher<? extends T> publisher) {
        return requireNonNull(Flux.<T>from(publisher).single().block(LATER));
    }

    static void done(Publisher<?> publisher) {
        Flux.from(publisher).then().block(LATER);
    }

    /** The error that has to come. */
    static Throwable failure(Publisher<?> publisher) {
        return now(Flux.from(publisher)
                .then(Mono.<Throwable>error(() -> new AssertionError("it completed, though it had to fail")))
                .onErrorResume(error -> error instanceof AssertionError ? Mono.error(error) : Mono.just(error)));
    }
}
