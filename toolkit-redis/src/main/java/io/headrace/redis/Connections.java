package io.headrace.redis;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** All connections of one toolkit, and the order in which they end. */
final class Connections {

    private final EventLoops loops = new EventLoops();
    private final RedisAddress address;
    private final RedisConfig config;
    private final Timing timing;
    private final Failures failures;
    private final CommandChannel shared;
    private final Set<Supplier<Mono<Void>>> users = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closing = new AtomicBoolean();
    // Netty's loops now and then take the 10 s that they have to stop; nothing of ours runs there by then, and they are
    // daemons, so nobody needs to wait for that.
    private static final Duration LOOPS_END = Duration.ofSeconds(1);

    private final Sinks.Empty<Void> closed = Sinks.empty();

    Connections(RedisAddress address, RedisConfig config, Timing timing) {
        this.address = address;
        this.config = config;
        this.timing = timing;
        this.failures = new Failures(address);
        this.shared = channel(config.commandTimeout(), config.maxWaitingCommands());
    }

    CommandChannel shared() {
        return shared;
    }

    /** A channel of its own for reads that wait up to {@code block} on the server; the caller closes it. */
    CommandChannel blocking(Duration block) {
        return channel(config.commandTimeout().plus(block), 1);
    }

    private CommandChannel channel(Duration commandTimeout, int maxWaiting) {
        LinkOpener opener = new LinkOpener(loops.vertx(), address, timing, failures, config.maxInFlight());
        return new CommandChannel(
                loops.newContext(),
                new ChannelParts(
                        opener,
                        failures,
                        timing,
                        new Backoff(config.firstReconnectDelay(), config.maxReconnectDelay()),
                        new RedisTimeouts(config.connectTimeout(), commandTimeout),
                        maxWaiting,
                        config.maxInFlight()));
    }

    /** Registers something that must end, by the given graceful stop, before the connections do; false when closing. */
    boolean register(Supplier<Mono<Void>> stop) {
        users.add(stop);
        if (closing.get()) {
            users.remove(stop);
            return false;
        }
        return true;
    }

    boolean isClosing() {
        return closing.get();
    }

    void unregister(Supplier<Mono<Void>> stop) {
        users.remove(stop);
    }

    RedisException closedFor(Object what) {
        return failures.closed(what);
    }

    Mono<Void> close() {
        return Mono.defer(() -> {
            if (closing.compareAndSet(false, true)) {
                Flux.fromIterable(users)
                        .flatMap(stop -> stop.get().onErrorComplete(), Integer.MAX_VALUE)
                        .then(Mono.defer(() -> shared.close(config.closeTimeout())))
                        .then(Mono.fromCompletionStage(() -> loops.close().toCompletionStage())
                                .timeout(LOOPS_END, timing.scheduler())
                                .onErrorComplete())
                        .subscribe(null, error -> closed.tryEmitEmpty(), closed::tryEmitEmpty);
            }
            return closed.asMono();
        });
    }
}
