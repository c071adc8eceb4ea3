package io.headrace.redis;

import java.time.Duration;
import reactor.core.publisher.Mono;

/** Commands over connections that somebody owns and closes. */
interface Channel extends Commands {

    /** How many commands are accepted and not written. */
    int waiting();

    /** Refuses new commands, waits for the others up to the deadline each of them has, then closes the connections. */
    Mono<Void> close(Duration limit);
}
