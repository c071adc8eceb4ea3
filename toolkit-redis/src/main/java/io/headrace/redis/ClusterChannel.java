package io.headrace.redis;

import io.headrace.redis.KeyList.Part;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Sends each command to the master that has its key, and follows where the cluster says that the key is elsewhere. */
final class ClusterChannel implements Channel {

    /** A key does not move that often in one command's time; more would be a quarrel between two nodes. */
    private static final int MOST_REDIRECTIONS = 8;

    /** Two failures of a fail-over are some 100 ms apart at least. */
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final ClusterView view;
    private final Function<RedisEndpoint, NodeChannel> opener;
    private final Failures failures;
    private final Timing timing;
    private final CommandLimit limit;
    private final Map<RedisEndpoint, NodeChannel> nodes = new ConcurrentHashMap<>();
    private final Consumer<Slots> onSlots = this::retireAllBut;
    private volatile boolean closing;

    /**
     * @param opener makes the channel to one node
     * @param limit of a command that has none of its own, redirections included
     */
    ClusterChannel(
            ClusterView view,
            Function<RedisEndpoint, NodeChannel> opener,
            Failures failures,
            Timing timing,
            CommandLimit limit) {
        this.view = view;
        this.opener = opener;
        this.failures = failures;
        this.timing = timing;
        this.limit = limit;
        view.listen(onSlots);
    }

    @Override
    public Mono<Response> send(Supplier<RedisCommand> command) {
        return Mono.defer(() -> {
            RedisCommand whole = command.get();
            long deadline = timing.nanos() + whole.limit(limit).nanos();
            List<Object> arguments = whole.arguments();
            List<Part> parts = arguments == null ? List.of() : KeyList.parts(whole, arguments);
            if (parts.isEmpty()) {
                return route(whole, deadline, 0);
            }
            // one after the other in reply, all at once on their way
            return Flux.fromIterable(parts)
                    .flatMapSequential(part -> route(part.command(), deadline, 0), parts.size())
                    .collectList()
                    .map(replies -> KeyList.joined(whole, parts, replies));
        });
    }

    private Mono<Response> route(RedisCommand command, long deadline, int redirections) {
        if (closing) {
            return Mono.error(failures.closed(command));
        }
        Slots slots = view.known();
        if (slots == null) {
            return Mono.fromCompletionStage(view::refresh)
                    .timeout(left(deadline), timing.scheduler())
                    .then(Mono.defer(() -> route(command, deadline, redirections)))
                    .onErrorResume(
                            error -> !(error instanceof RedisException),
                            error -> unknown(command, deadline, redirections, error));
        }
        String key = command.key();
        List<RedisEndpoint> masters = slots.masters();
        RedisEndpoint master = key == null
                ? masters.get((int) (timing.random().getAsDouble() * masters.size()))
                : slots.master(Slots.of(key));
        if (master == null) {
            // nobody serves the slot now; any node says so
            master = masters.get(0);
        }
        command.asking(false);
        return attempt(master, command, deadline, redirections);
    }

    private Mono<Response> unknown(RedisCommand command, long deadline, int redirections, Throwable error) {
        if (Failures.isReply(error)) {
            return Mono.error(failures.refused(command, error));
        }
        return again(command, deadline, redirections, failures.unavailable(command, command.limit(limit), error));
    }

    private Mono<Response> attempt(RedisEndpoint node, RedisCommand command, long deadline, int redirections) {
        return Mono.<Response>create(sink -> node(node).enqueue(command, deadline, sink))
                .onErrorResume(RedisException.class, error -> recover(node, command, deadline, redirections, error));
    }

    private Duration left(long deadline) {
        return Duration.ofNanos(Math.max(1, deadline - timing.nanos()));
    }

    private NodeChannel node(RedisEndpoint endpoint) {
        NodeChannel present = nodes.get(endpoint);
        return present == null ? nodes.computeIfAbsent(endpoint, opener) : present;
    }

    private Mono<Response> recover(
            RedisEndpoint node, RedisCommand command, long deadline, int redirections, RedisException error) {
        if (error instanceof RedisClosedException && !closing) {
            // the node has no part any more and did not get the command
            nodes.computeIfPresent(node, (endpoint, channel) -> channel.isRetired() ? null : channel);
            return again(command, deadline, redirections, error);
        }
        if (!(error instanceof RedisReplyException reply) || redirections >= MOST_REDIRECTIONS) {
            return Mono.error(error);
        }
        return switch (reply.code()) {
            case "MOVED" -> {
                view.redirected(command.keys());
                RedisEndpoint target = target(node, reply);
                refreshSoon();
                command.asking(false);
                yield target == null
                        ? again(command, deadline, redirections + 1, error)
                        : attempt(target, command, deadline, redirections + 1);
            }
            case "ASK" -> {
                view.redirected(command.keys());
                RedisEndpoint target = target(node, reply);
                command.asking(true);
                yield target == null ? Mono.error(error) : attempt(target, command, deadline, redirections + 1);
            }
            case "CLUSTERDOWN", "TRYAGAIN", "LOADING", "MASTERDOWN" -> again(command, deadline, 0, error);
            default -> Mono.error(error);
        };
    }

    /** Where "MOVED 3999 127.0.0.1:6381" leads; null when the node does not know. */
    private static @Nullable RedisEndpoint target(RedisEndpoint node, RedisReplyException reply) {
        String address = reply.told().substring(reply.told().lastIndexOf(' ') + 1);
        int colon = address.lastIndexOf(':');
        if (colon < 0) {
            return null;
        }
        String host = address.substring(0, colon);
        return node.sibling(host.isEmpty() ? node.host() : host, Integer.parseInt(address.substring(colon + 1)));
    }

    /** Asks the cluster anew after a pause and tries once more, while there is time. */
    private Mono<Response> again(RedisCommand command, long deadline, int redirections, RedisException error) {
        Duration pause = timing.jitter(PAUSE, 0.5);
        if (timing.nanos() + pause.toNanos() - deadline >= 0) {
            return Mono.error(error);
        }
        return Mono.delay(pause, timing.scheduler())
                .then(Mono.fromCompletionStage(view::refresh)
                        .timeout(left(deadline), timing.scheduler())
                        .onErrorComplete())
                .then(Mono.defer(() -> route(command, deadline, redirections)));
    }

    private void refreshSoon() {
        view.refresh().whenComplete((slots, error) -> {});
    }

    private void retireAllBut(Slots slots) {
        nodes.forEach((endpoint, channel) -> {
            if (!slots.masters().contains(endpoint) && nodes.remove(endpoint, channel)) {
                channel.retire();
            }
        });
    }

    @Override
    public Mono<List<Commands>> masters() {
        return Mono.defer(() -> {
                    Slots slots = view.known();
                    return slots == null ? Mono.fromCompletionStage(view::refresh) : Mono.just(slots);
                })
                .map(slots -> slots.masters().stream().<Commands>map(this::node).toList())
                .onErrorMap(error -> failures.unavailable("The list of masters", limit, error));
    }

    @Override
    public int waiting() {
        return nodes.values().stream().mapToInt(Channel::waiting).sum();
    }

    /** While no node could be asked for the slots, none can be asked for anything. */
    @Override
    public boolean isDown() {
        return view.isDown();
    }

    @Override
    public Mono<Void> close(Duration limit) {
        return Mono.defer(() -> {
            closing = true;
            view.forget(onSlots);
            return Flux.fromIterable(List.copyOf(nodes.values()))
                    .flatMap(channel -> channel.close(limit), Integer.MAX_VALUE)
                    .then();
        });
    }
}
