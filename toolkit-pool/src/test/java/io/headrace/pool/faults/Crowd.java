package io.headrace.pool.faults;

import static java.util.Objects.requireNonNull;

import io.r2dbc.spi.Connection;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** More statements at once on one connection than the driver's queue takes. */
final class Crowd {

    static final int STATEMENTS = 600;

    private Crowd() {}

    /** Runs them all, behind one that takes its time, and gives the errors. */
    static List<Throwable> errorsOnOneConnection(Connection connection) {
        try (LeakReports ignored = LeakReports.off()) {
            // the driver does not release the parameters of a statement that it refuses
            return errors(connection);
        }
    }

    private static List<Throwable> errors(Connection connection) {
        Flux<Throwable> first = error(Ask.sleep(connection, 0.5));
        Flux<Throwable> others = Flux.range(0, STATEMENTS - 1).flatMap(i -> error(echo(connection, i)), STATEMENTS);
        return requireNonNull(Flux.merge(first, others).collectList().block(Ask.LATER));
    }

    private static Mono<Integer> echo(Connection connection, int number) {
        return Flux.from(connection
                        .createStatement("SELECT $1::int4")
                        .bind("$1", number)
                        .execute())
                .concatMap(result -> result.map((row, metadata) -> requireNonNull(row.get(0, Integer.class))))
                .single();
    }

    private static Flux<Throwable> error(Mono<Integer> statement) {
        return statement.then(Mono.<Throwable>empty()).onErrorResume(Mono::just).flux();
    }
}
