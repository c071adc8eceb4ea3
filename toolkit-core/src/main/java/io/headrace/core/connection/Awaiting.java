package io.headrace.core.connection;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BooleanSupplier;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Who waits for a state of a queue. Guarded by that queue, under whose lock the conditions are asked. */
final class Awaiting {

    private record Awaited(BooleanSupplier condition, Sinks.Empty<Void> sink) {}

    private List<Awaited> awaited = List.of();

    /** Completes when the condition is true; at once where it is. */
    Mono<Void> when(BooleanSupplier condition) {
        if (condition.getAsBoolean()) {
            return Mono.empty();
        }
        Sinks.Empty<Void> sink = Sinks.empty();
        if (awaited.isEmpty()) {
            awaited = new ArrayList<>();
        }
        awaited.add(new Awaited(condition, sink));
        return sink.asMono();
    }

    /** Those who have waited long enough, to be told without the lock. */
    List<Sinks.Empty<Void>> removeFulfilled() {
        if (awaited.isEmpty()) {
            return List.of();
        }
        List<Sinks.Empty<Void>> fulfilled = new ArrayList<>();
        for (Iterator<Awaited> all = awaited.iterator(); all.hasNext(); ) {
            Awaited one = all.next();
            if (one.condition().getAsBoolean()) {
                all.remove();
                fulfilled.add(one.sink());
            }
        }
        return fulfilled;
    }
}
