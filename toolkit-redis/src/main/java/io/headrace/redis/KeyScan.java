package io.headrace.redis;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Walks through keys page by page. */
final class KeyScan {

    /** Long enough to be quick, short enough for the server to answer others in between. */
    private static final int PAGE = 256;

    private static final String START = "0";

    private KeyScan() {}

    /**
     * Keys of one type that begin with {@code prefix}, server by server; one page is asked for when the one before has been
     * taken.
     */
    static Flux<String> of(Commands commands, String prefix, String type) {
        return commands.masters()
                .flatMapIterable(servers -> servers)
                .concatMap(server -> pages(server, prefix, type), 0);
    }

    private static Flux<String> pages(Commands server, String prefix, String type) {
        return Flux.defer(() -> {
            AtomicReference<String> cursor = new AtomicReference<>(START);
            return Flux.<Mono<Response>, Boolean>generate(() -> true, (first, pages) -> {
                        if (!first && START.equals(cursor.get())) {
                            pages.complete();
                        } else {
                            pages.next(page(server, cursor.get(), prefix, type));
                        }
                        return false;
                    })
                    .concatMap(
                            page -> page.doOnNext(
                                            reply -> cursor.set(reply.get(0).toString()))
                                    .flatMapIterable(reply -> reply.get(1))
                                    .map(Response::toString),
                            0);
        });
    }

    private static Mono<Response> page(Commands commands, String cursor, String prefix, String type) {
        return commands.send(() -> RedisCommand.about(Command.SCAN, prefix + "*")
                .with(cursor)
                .with("MATCH")
                .with(literal(prefix) + "*")
                .with("COUNT")
                .with(PAGE)
                .with("TYPE")
                .with(type));
    }

    private static String literal(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 8);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ("*?[]\\^-".indexOf(c) >= 0) {
                escaped.append('\\');
            }
            escaped.append(c);
        }
        return escaped.toString();
    }
}
