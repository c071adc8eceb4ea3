package io.headrace.redis;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The dead letters of one queue. Every method is lazy. */
final class DeadLetters<T> {

    private static final int PAGE = 100;

    private final JobStore store;
    private final KeySpace<T> payloads;

    DeadLetters(JobStore store, KeySpace<T> payloads) {
        this.store = store;
        this.payloads = payloads;
    }

    Flux<DeadLetter<T>> list() {
        return page("-")
                .expand(page -> page.size() < PAGE
                        ? Mono.empty()
                        : page("(" + page.get(page.size() - 1).entry()))
                .concatMapIterable(page -> page, 1);
    }

    private Mono<List<DeadLetter<T>>> page(String from) {
        return store.commands()
                .send(() -> RedisCommand.on(Command.XRANGE, store.keys().dead())
                        .with(from)
                        .with("+")
                        .with("COUNT")
                        .with(PAGE))
                .map(reply -> reply.stream().map(this::letter).toList());
    }

    private DeadLetter<T> letter(Response reply) {
        String entry = reply.get(0).toString();
        Map<String, Response> fields = new HashMap<>();
        Response pairs = reply.get(1);
        for (int i = 0; i + 1 < pairs.size(); i += 2) {
            fields.put(pairs.get(i).toString(), pairs.get(i + 1));
        }
        Response headers = fields.get("h");
        return new DeadLetter<>(
                entry,
                String.valueOf(fields.get("i")),
                payload(fields.get("p")),
                JobPriority.values()[number(fields, "l", 2) - 1],
                number(fields, "a", 1),
                number(fields, "d", 1),
                String.valueOf(fields.get("e")),
                headers == null ? Map.of() : JobHeaders.decode(Replies.bytes(headers)),
                Instant.ofEpochMilli(Long.parseLong(entry.substring(0, entry.indexOf('-')))));
    }

    private Optional<T> payload(@Nullable Response stored) {
        try {
            return Optional.of(payloads.decode(store.keys().dead(), Replies.bytes(stored)));
        } catch (RedisCodecException e) {
            return Optional.empty();
        }
    }

    private static int number(Map<String, Response> fields, String name, int otherwise) {
        Response value = fields.get(name);
        return value == null ? otherwise : Math.toIntExact(Replies.number(value));
    }

    Mono<Boolean> requeue(DeadLetter<T> letter) {
        return store.run(JobScripts.REQUEUE, c -> c.with(1).with(letter.entry()))
                .map(reply -> Replies.number(reply) == 1);
    }

    Mono<Long> requeueAll() {
        Mono<Long> some = store.run(JobScripts.REQUEUE, c -> c.with(PAGE)).map(Replies::number);
        // no more than there are now: a job that dies again at once must not be put back for ever
        return store.count()
                .flatMapMany(counts -> some.repeat(counts.dead() / PAGE))
                .takeUntil(count -> count < PAGE)
                .reduce(0L, Long::sum);
    }

    Mono<Long> purge() {
        return store.run(JobScripts.PURGE, c -> c).map(Replies::number);
    }
}
