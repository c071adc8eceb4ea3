package io.headrace.pool;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Those who wait until something is true of the connections of a pool. */
final class Watches {

    private record Watch(BooleanSupplier condition, Sinks.Empty<Void> met) {}

    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();

    Mono<Void> until(BooleanSupplier condition) {
        return Mono.defer(() -> {
            Watch watch = new Watch(condition, Sinks.empty());
            watches.add(watch);
            // first among the others, then a look: a change is either seen here or looks itself
            look(watch);
            return watch.met.asMono().doFinally(end -> watches.remove(watch));
        });
    }

    /** Something changed. */
    void look() {
        watches.forEach(Watches::look);
    }

    private static void look(Watch watch) {
        if (watch.condition.getAsBoolean()) {
            watch.met.tryEmitEmpty();
        }
    }
}
