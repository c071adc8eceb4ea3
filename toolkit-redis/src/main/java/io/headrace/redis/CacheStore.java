package io.headrace.redis;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The commands of one cache. Every method is lazy and gives exactly one value, completion or a {@link RedisException}. */
final class CacheStore {

    /** How a lease is asked for; see {@link CacheScripts#LEASE}. */
    enum Mode {
        FILL("fill"),
        REFRESH("refresh"),
        REPLACE("replace"),
        TAKE("take");

        private final String word;

        Mode(String word) {
            this.word = word;
        }
    }

    /**
     * What was read of one or more keys.
     *
     * @param generation of the cache
     * @param entries one for each key: an answer of this generation, or null
     */
    record Reading(long generation, List<@Nullable CacheEntry> entries) {

        /** Stands for a read that failed. */
        static final Reading NONE = new Reading(0, List.of());
    }

    /**
     * The answer to a request for a lease.
     *
     * @param state {@link CacheScripts#GRANTED}, {@link CacheScripts#DENIED} or {@link CacheScripts#ANSWERED}
     * @param holder the token that holds the lease, unless there is an answer
     * @param answer what is stored by now
     */
    record Lease(int state, byte[] holder, @Nullable CacheEntry answer) {

        /** Stands for a request that failed. */
        static final Lease NONE = new Lease(-1, new byte[0], null);
    }

    private static final byte[] NO_TOKEN = new byte[CacheEntry.TOKEN_BYTES];

    private final Commands commands;
    private final Commands limited;
    private final Timing timing;
    private final String generationKey;
    /** What the server's clock is ahead of ours, in ms; learnt from every script. */
    private final AtomicLong ahead = new AtomicLong();

    /** @param limit of what a read of the cache can do without; changes of its users have that of all commands */
    CacheStore(Commands commands, CommandLimit limit, Timing timing, String name) {
        this.commands = commands;
        this.limited = new LimitedCommands(commands, limit);
        this.timing = timing;
        this.generationKey = generationKey(name);
    }

    static String generationKey(String name) {
        return "{" + name + "}:generation";
    }

    long serverMillis() {
        return timing.wallMillis() + ahead.get();
    }

    byte[] newToken() {
        return timing.token(CacheEntry.TOKEN_BYTES);
    }

    Mono<Reading> read(List<String> fullKeys) {
        return limited.send(() -> {
                    RedisCommand command = RedisCommand.about(Command.MGET, described(fullKeys))
                            .with(generationKey);
                    for (String full : fullKeys) {
                        command = command.with(full);
                    }
                    return command;
                })
                .flatMap(reply -> reply.get(0) == null
                        ? generation(limited, CacheScripts.GENERATION).map(made -> reading(made, reply))
                        : Mono.just(reading(Replies.number(reply.get(0)), reply)));
    }

    private static String described(List<String> fullKeys) {
        return fullKeys.size() == 1 ? fullKeys.get(0) : fullKeys.size() + " keys";
    }

    private static Reading reading(long generation, Response reply) {
        List<@Nullable CacheEntry> entries = new ArrayList<>(reply.size() - 1);
        for (int i = 1; i < reply.size(); i++) {
            Response value = reply.get(i);
            CacheEntry entry = value == null ? null : CacheEntry.of(Replies.bytes(value));
            boolean current = entry != null && entry.hasAnswer() && entry.generation() == generation;
            entries.add(current ? entry : null);
        }
        return new Reading(generation, entries);
    }

    Mono<Lease> lease(
            String full, long generation, byte[] token, Duration length, Mode mode, byte @Nullable [] replaced) {
        return run(limited, CacheScripts.LEASE, full, c -> c.with(generation)
                        .with(token)
                        .with(length.toMillis())
                        .with(mode.word)
                        .with(replaced == null ? NO_TOKEN : replaced))
                .map(reply -> {
                    int state = (int) Replies.number(reply.get(0));
                    byte[] third = Replies.bytes(reply.get(2));
                    return state == CacheScripts.ANSWERED
                            ? new Lease(state, NO_TOKEN, CacheEntry.of(third))
                            : new Lease(state, third, null);
                });
    }

    /** Emits whether the fill was accepted. */
    Mono<Boolean> fill(String full, byte[] token, int kind, CacheTimes times, byte[] payload) {
        return run(limited, CacheScripts.FILL, full, c -> c.with(token)
                        .with(kind)
                        .with(times.freshMillis())
                        .with(times.costMillis())
                        .with(times.liveMillis())
                        .with(payload))
                .map(CacheStore::accepted);
    }

    /** Gives a lease back, and removes the answer that may still be there if it is no longer right. */
    Mono<Boolean> release(String full, byte[] token, boolean removeAnswer) {
        return run(limited, CacheScripts.RELEASE, full, c -> c.with(token).with(removeAnswer ? 1 : 0))
                .map(CacheStore::accepted);
    }

    Mono<Void> put(String full, CacheTimes times, byte[] payload) {
        return generation(commands, CacheScripts.GENERATION)
                .flatMap(generation -> run(commands, CacheScripts.PUT, full, c -> c.with(generation)
                        .with(times.freshMillis())
                        .with(times.liveMillis())
                        .with(payload)))
                .then();
    }

    Mono<Void> remove(String full) {
        return commands.send(() -> RedisCommand.on(Command.UNLINK, full).repeatable())
                .then();
    }

    Mono<Void> removeAll() {
        return generation(commands, CacheScripts.NEXT_GENERATION).then();
    }

    private Mono<Long> generation(Commands by, Script script) {
        return script.run(by, List.of(generationKey), c -> c).map(Replies::number);
    }

    private Mono<Response> run(Commands by, Script script, String full, UnaryOperator<RedisCommand> arguments) {
        return script.run(by, List.of(full), arguments)
                .doOnNext(reply -> ahead.set(Replies.number(reply.get(1)) - timing.wallMillis()));
    }

    private static boolean accepted(Response reply) {
        return Replies.number(reply.get(0)) == CacheScripts.GRANTED;
    }
}
