package io.headrace.pool.faults;

import static java.util.Objects.requireNonNull;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Wrapped;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Where connections live. */
final class EventLoops {

    private EventLoops() {}

    /** How many connections each thread has. */
    static Map<String, Long> of(List<Connection> connections) {
        return connections.stream()
                .map(EventLoops::threadOf)
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }

    private static String threadOf(Connection connection) {
        Scheduler loop = requireNonNull(((Wrapped<?>) driver(connection)).unwrap(Scheduler.class));
        return Ask.now(Mono.fromSupplier(() -> Thread.currentThread().getName()).subscribeOn(loop));
    }

    private static Object driver(Connection connection) {
        Object inner = requireNonNull(((Wrapped<?>) connection).unwrap());
        return inner instanceof Wrapped<?> ? inner : connection;
    }
}
