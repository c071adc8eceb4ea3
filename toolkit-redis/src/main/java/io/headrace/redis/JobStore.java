package io.headrace.redis;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The commands of one queue. Every method is lazy. */
final class JobStore {

    private static final String GROUP = "workers";
    private static final int PROMOTED_AT_ONCE = 100;
    private static final int ERROR_LENGTH = 500;

    private final Commands commands;
    private final String stream;
    private final List<String> keys;

    JobStore(Commands commands, String name) {
        this.commands = commands;
        this.stream = "{" + name + "}:jobs";
        this.keys = List.of(stream, "{" + name + "}:delayed", "{" + name + "}:dead");
    }

    String stream() {
        return stream;
    }

    Mono<String> add(Supplier<byte[]> payload) {
        return commands.send(() -> RedisCommand.on(Command.XADD, stream)
                        .with("*")
                        .with("a")
                        .with(1)
                        .with("p")
                        .with(payload.get()))
                .map(Response::toString);
    }

    /** Creates the group unless it exists; from the start of the stream, so that no job is passed over. */
    Mono<Void> createGroup() {
        return commands.send(() -> RedisCommand.about(Command.XGROUP, stream)
                        .with("CREATE")
                        .with(stream)
                        .with(GROUP)
                        .with("0")
                        .with("MKSTREAM"))
                .onErrorComplete(error -> error instanceof RedisReplyException reply
                        && reply.code().equals("BUSYGROUP"))
                .then();
    }

    /** Waits on the server for up to {@code block} for the first job; empty when there was none. */
    Mono<List<JobEntry>> fetch(Commands blocking, String consumer, int count, Duration block) {
        return blocking.send(() -> RedisCommand.about(Command.XREADGROUP, stream)
                        .with("GROUP")
                        .with(GROUP)
                        .with(consumer)
                        .with("COUNT")
                        .with(count)
                        .with("BLOCK")
                        .with(block.toMillis())
                        .with("STREAMS")
                        .with(stream)
                        .with(">"))
                .map(reply -> JobEntry.all(entriesOf(reply)))
                .defaultIfEmpty(List.of());
    }

    /** The one stream of the reply, which is a map in RESP3 and a list of pairs in RESP2. */
    private @Nullable Response entriesOf(Response reply) {
        if (reply.isMap()) {
            return reply.get(stream);
        }
        return reply.size() == 0 ? null : reply.get(0).get(1);
    }

    /** Takes over jobs whose lease has run out. */
    Mono<TakenOver> takeOver(String consumer, Duration lease, int count, String cursor) {
        return run(JobScripts.TAKE_OVER, consumer, c -> c.with(lease.toMillis())
                        .with(count)
                        .with(cursor))
                .map(reply -> new TakenOver(reply.get(0).toString(), JobEntry.all(reply.get(1))));
    }

    /**
     * What a scan for lost leases gave.
     *
     * @param cursor where to go on; 0-0 at the end
     * @param jobs now leased by this consumer
     */
    record TakenOver(String cursor, List<JobEntry> jobs) {}

    Mono<Boolean> done(String consumer, JobEntry job) {
        return settle(JobScripts.DONE, consumer, job, c -> c);
    }

    Mono<Boolean> retry(String consumer, JobEntry job, Duration delay) {
        return settle(JobScripts.RETRY, consumer, job, c -> c.with(job.job())
                .with(job.attempt() + 1L)
                .with(delay.toMillis()));
    }

    Mono<Boolean> bury(String consumer, JobEntry job, Throwable error, int limit) {
        String text = String.valueOf(error);
        String shown = text.length() <= ERROR_LENGTH ? text : text.substring(0, ERROR_LENGTH);
        return settle(JobScripts.DEAD, consumer, job, c -> c.with(job.job())
                .with(job.attempt())
                .with(shown)
                .with(limit));
    }

    /** Puts a job back for any consumer, with the same attempt. */
    Mono<Boolean> release(String consumer, JobEntry job) {
        return settle(JobScripts.RELEASE, consumer, job, c -> c.with(job.job()).with(job.attempt()));
    }

    /** Emits false when the consumer does not hold the job any more. */
    private Mono<Boolean> settle(Script script, String consumer, JobEntry job, UnaryOperator<RedisCommand> arguments) {
        return run(script, consumer, c -> arguments.apply(c.with(job.entry())))
                .map(reply -> Replies.number(reply) == 1);
    }

    /** Extends leases; emits the entries that are lost. */
    Mono<List<String>> extend(String consumer, Collection<String> entries) {
        return run(JobScripts.EXTEND, consumer, command -> {
                    RedisCommand all = command;
                    for (String entry : entries) {
                        all = all.with(entry);
                    }
                    return all;
                })
                .map(reply -> reply.stream().map(Response::toString).toList());
    }

    /** Moves due jobs into the stream; emits the time until the next is due, or nothing when none is delayed. */
    Mono<Duration> promote(String consumer) {
        return run(JobScripts.PROMOTE, consumer, c -> c.with(PROMOTED_AT_ONCE))
                .map(Replies::number)
                .filter(millis -> millis >= 0)
                .map(Duration::ofMillis);
    }

    Mono<Void> leave(String consumer) {
        return run(JobScripts.LEAVE, consumer, c -> c).then();
    }

    Mono<JobQueueSnapshot> count() {
        return run(JobScripts.COUNT, "", c -> c)
                .map(reply -> new JobQueueSnapshot(
                        Replies.number(reply.get(0)),
                        Replies.number(reply.get(1)),
                        Replies.number(reply.get(2)),
                        Replies.number(reply.get(3))));
    }

    private Mono<Response> run(Script script, String consumer, UnaryOperator<RedisCommand> arguments) {
        return script.run(commands, keys, c -> arguments.apply(c.with(GROUP).with(consumer)));
    }
}
