package io.headrace.pool;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The end of a pool. It happens once, the way that whoever subscribed first wants it, and all see the same end. */
final class Ending {

    private final Function<Duration, Mono<Void>> course;
    private final AtomicReference<@Nullable Mono<Void>> chosen = new AtomicReference<>();

    /**
     * @param course ends the pool, and has so much patience with what is lent
     */
    Ending(Function<Duration, Mono<Void>> course) {
        this.course = course;
    }

    Mono<Void> within(Duration patience) {
        return Mono.defer(() -> {
            // cache() subscribes once, however often it is subscribed to, and goes on when a subscriber cancels
            Mono<Void> mine = course.apply(patience).cache();
            Mono<Void> first = chosen.compareAndExchange(null, mine);
            return first == null ? mine : first;
        });
    }
}
