package io.headrace.redis;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** All connections of one toolkit, and the order in which they end. */
final class Connections {

    // Netty's loops now and then take the 10 s that they have to stop; nothing of ours runs there by then, and they are
    // daemons, so nobody needs to wait for that.
    private static final Duration LOOPS_END = Duration.ofSeconds(1);

    private final EventLoops loops;
    private final RedisConfig config;
    private final Timing timing;
    private final Failures failures;
    private final Servers servers;
    private final Channel shared;
    private final Commands commands;
    private final PubSubHub subscriptions;
    private final Set<Supplier<Mono<Void>>> users = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final Sinks.Empty<Void> closed = Sinks.empty();

    Connections(RedisAddress address, RedisConfig config, Timing timing) {
        this.loops = new EventLoops(config.connections());
        this.config = config;
        this.timing = timing;
        this.failures = new Failures(address);
        this.servers = new Servers(loops, address, config, timing, failures);
        this.shared = servers.shared();
        RedisListener listener = config.listener();
        this.commands = listener == null ? shared : new ObservedCommands(shared, listener, timing);
        this.subscriptions = new PubSubHub(failures, timing, config.commandTimeout());
        this.subscriptions.use(push(List.of(), subscriptions));
        this.users.add(subscriptions::close);
    }

    /** For all commands that do not wait on the server. */
    Commands shared() {
        return commands;
    }

    RedisSnapshot snapshot() {
        return new RedisSnapshot(servers.connections(), shared.waiting());
    }

    /** A channel of its own for reads that wait up to {@code block} on the server; the caller closes it. */
    Channel blocking(Duration block) {
        return servers.blocking(block);
    }

    /** A connection for pushes, not connected yet; the caller stops it. */
    PushConnection push(List<RedisCommand> setUp, PushConnection.Listener listener) {
        return servers.push(setUp, listener);
    }

    /** Begins to tell of changes of keys with the prefixes, until the connections are closed. */
    void track(List<String> prefixes, Duration probeInterval, KeyTracking.Listener listener) {
        KeyTracking tracking = servers.track(prefixes, probeInterval, listener);
        if (register(tracking::close)) {
            servers.follow(tracking);
        }
    }

    /** The subscriptions of this toolkit, which share one connection. */
    PubSubHub subscriptions() {
        return subscriptions;
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
                        .doOnTerminate(servers::stop)
                        .then(Mono.fromCompletionStage(() -> loops.close().toCompletionStage())
                                .timeout(LOOPS_END, timing.scheduler())
                                .onErrorComplete())
                        .subscribe(null, error -> closed.tryEmitEmpty(), closed::tryEmitEmpty);
            }
            return closed.asMono();
        });
    }
}
