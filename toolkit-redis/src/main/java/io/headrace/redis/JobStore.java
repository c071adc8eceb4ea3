package io.headrace.redis;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;

/** The commands by which consumers work on one queue. Every method is lazy. */
final class JobStore {

    private static final Duration FORGOTTEN = Duration.ofHours(1);

    private final Commands commands;
    private final String name;
    private final JobKeys keys;

    JobStore(Commands commands, String name) {
        this.commands = commands;
        this.name = name;
        this.keys = new JobKeys(name);
    }

    String name() {
        return name;
    }

    JobKeys keys() {
        return keys;
    }

    Commands commands() {
        return commands;
    }

    /**
     * Leases jobs.
     *
     * @param consumer who asks
     * @param lease for how long without a sign of life
     * @param count at most
     * @param reap also those whose leases ran out
     * @param suspect whether one that was lost twice may be among them
     * @param maxDeliveries from which number on a job is dead, and no longer a suspect
     */
    record Wanted(String consumer, Duration lease, int count, boolean reap, boolean suspect, int maxDeliveries) {}

    Mono<JobFetch> fetch(Wanted wanted) {
        return run(JobLeaseScripts.FETCH, c -> c.with(wanted.consumer())
                        .with(wanted.lease().toMillis())
                        .with(wanted.count())
                        .with(wanted.reap() ? 1 : 0)
                        .with(wanted.suspect() ? 1 : 0)
                        .with(wanted.maxDeliveries()))
                .map(JobFetch::of);
    }

    /** Waits on the server for up to {@code block} for something to fetch. Takes nothing, so it may be abandoned. */
    Mono<Void> await(Commands blocking, JobFetch last, Duration block) {
        return blocking.send(() -> {
                    RedisCommand command = RedisCommand.about(Command.XREAD, keys.wake())
                            .with("COUNT")
                            .with(1)
                            .with("BLOCK")
                            .with(block.toMillis())
                            .with("STREAMS");
                    if (!last.paused()) {
                        for (String stream : keys.streams()) {
                            command = command.with(stream);
                        }
                    }
                    command = command.with(keys.wake());
                    for (String place : last.paused() ? last.places().subList(3, 4) : last.places()) {
                        command = command.with(place);
                    }
                    return command;
                })
                .then();
    }

    /** Records what became of jobs; emits for each whether the consumer held it. */
    Mono<List<Boolean>> settle(String consumer, List<JobEnd> ends) {
        return run(JobLeaseScripts.SETTLE, c -> JobEnd.addAll(c.with(consumer), ends))
                .map(JobStore::flags);
    }

    /** Extends leases; emits for each whether the consumer held it. */
    Mono<List<Boolean>> extend(String consumer, Collection<JobEntry> entries) {
        return run(JobLeaseScripts.EXTEND, c -> {
                    RedisCommand all = c.with(consumer);
                    for (JobEntry entry : entries) {
                        all = all.with(entry.level()).with(entry.entry());
                    }
                    return all;
                })
                .map(JobStore::flags);
    }

    private static List<Boolean> flags(Response reply) {
        return reply.stream().map(flag -> Replies.number(flag) == 1).toList();
    }

    /** Forgets a consumer that holds nothing, and those that have not been seen for an hour. */
    Mono<Void> leave(String consumer) {
        return run(JobLeaseScripts.LEAVE, c -> c.with(consumer).with(FORGOTTEN.toMillis()))
                .then();
    }

    Mono<Void> progress(String job, long done, long total) {
        return commands.send(() ->
                        RedisCommand.on(Command.HSET, keys.progress()).with(job).with(done + "/" + total))
                .then();
    }

    Mono<JobProgress> progress(String job) {
        return commands.send(
                        () -> RedisCommand.on(Command.HGET, keys.progress()).with(job))
                .map(reply -> JobProgress.parse(reply.toString()));
    }

    Mono<JobQueueSnapshot> count() {
        return run(JobScripts.COUNT, c -> c).map(JobCounts::of);
    }

    Mono<Void> pause(boolean paused) {
        return run(JobScripts.PAUSE, c -> c.with(paused ? 1 : 0)).then();
    }

    /** What the server says about itself under a heading, or nothing when it may not be asked. */
    Mono<String> about(String section) {
        return commands.send(() -> RedisCommand.about(Command.INFO, keys.meta()).with(section))
                .map(Response::toString)
                .onErrorComplete(RedisReplyException.class);
    }

    Mono<Response> run(Script script, UnaryOperator<RedisCommand> arguments) {
        return script.run(commands, keys.all(), arguments);
    }
}
