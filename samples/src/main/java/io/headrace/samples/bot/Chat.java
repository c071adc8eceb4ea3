package io.headrace.samples.bot;

import reactor.core.publisher.Mono;

/** The chat service, as far as a bot needs it. */
@FunctionalInterface
public interface Chat {

    /** Sends a text; the service drops a second one with the same key. */
    Mono<Void> send(String chat, String key, String text);
}
