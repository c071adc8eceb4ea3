package io.headrace.tx;

import io.headrace.core.connection.Session;
import io.headrace.core.connection.Sessions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Runs a body in a transaction of its own. */
final class NewTransaction implements Place {

    private final Sessions sessions;
    private final TransactionOptions options;
    private final @Nullable Session outer;

    /** @param outer the transaction beside which it is begun; null where there is none */
    NewTransaction(Sessions sessions, TransactionOptions options, @Nullable Session outer) {
        this.sessions = sessions;
        this.options = options;
        this.outer = outer;
    }

    /** Emits the value after the commit. */
    @Override
    public <T> Mono<T> mono(Mono<T> body) {
        return Mono.deferContextual(context -> {
            Tries attempts = new Tries(sessions, options, outer, context);
            return attempts.mono(work -> attempts.scope(work).mono(session -> work.begun(body)));
        });
    }

    /** Emits the elements as they come, or after the commit where the options say so. */
    @Override
    public <T> Flux<T> flux(Flux<T> body) {
        Integer hold = options.hold();
        if (hold != null) {
            return mono(collected(body, hold)).flatMapIterable(elements -> elements);
        }
        return Flux.deferContextual(context -> {
            Tries attempts = new Tries(sessions, options, outer, context);
            return attempts.flux(work -> attempts.scope(work).flux(session -> work.begun(body)));
        });
    }

    private <T> Mono<List<T>> collected(Flux<T> body, int limit) {
        return body.take(limit + 1L)
                .collectList()
                .flatMap(elements -> elements.size() > limit
                        ? Mono.error(new TooManyHeldException(options.toString(), limit))
                        : Mono.just(elements));
    }
}
