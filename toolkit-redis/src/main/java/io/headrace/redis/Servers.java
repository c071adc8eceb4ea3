package io.headrace.redis;

import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Makes channels to whatever a URL leads to: one server, the master that sentinels know, or a cluster. */
final class Servers {

    private final EventLoops loops;
    private final RedisAddress address;
    private final RedisConfig config;
    private final Timing timing;
    private final Failures failures;
    private final LinkRegistry links;
    private final LinkOpener opener;
    private final Locator locator;
    private final @Nullable ClusterView cluster;
    private final @Nullable SentinelWatch watch;

    Servers(EventLoops loops, RedisAddress address, RedisConfig config, Timing timing, Failures failures) {
        this.loops = loops;
        this.address = address;
        this.config = config;
        this.timing = timing;
        this.failures = failures;
        this.links = new LinkRegistry(config.listener());
        this.opener = new LinkOpener(loops.vertx(), address, config, config.tls(), timing, links);
        switch (address.topology()) {
            case SENTINEL -> {
                this.cluster = null;
                this.locator = sentinels(String.valueOf(address.master()));
                this.watch = new SentinelWatch(locator, links, timing);
                this.watch.start();
            }
            case CLUSTER -> {
                this.cluster = new ClusterView(
                        address.endpoints(),
                        questions(address, config.tls(), "cluster"),
                        timing,
                        config.connectTimeout().dividedBy(2));
                this.locator = cluster;
                this.watch = null;
            }
            default -> {
                this.cluster = null;
                this.locator = fixed(address.endpoints().get(0));
                this.watch = null;
            }
        }
    }

    private SentinelLocator sentinels(String master) {
        boolean encrypted = address.endpoints().get(0).encrypted();
        SentinelConfig own = config.sentinels();
        if (own != null) {
            RedisAddress login = address.asSentinels(own);
            NodeQuestions questions = questions(login, own.tls(), "sentinel");
            return new SentinelLocator(login.endpoints(), master, encrypted, questions, questions);
        }
        return new SentinelLocator(
                address.endpoints(),
                master,
                encrypted,
                questions(address.asSentinels(false), config.tls(), "sentinel"),
                questions(address.asSentinels(true), config.tls(), "sentinel"));
    }

    /** Their connections are not registered, since they lead to no master. */
    private NodeQuestions questions(RedisAddress login, RedisTls tls, String what) {
        LinkOpener plain = new LinkOpener(loops.vertx(), login, config, tls, timing, new LinkRegistry(null));
        return new NodeQuestions(loops.quiet(), plain, new Failures(what), timing);
    }

    private static Locator fixed(RedisEndpoint endpoint) {
        return limit -> CompletableFuture.completedFuture(endpoint);
    }

    /** For all commands that do not wait on the server. */
    Channel shared() {
        CommandLimit limit = CommandLimit.ofCommands(config.commandTimeout());
        return cluster == null
                ? group(locator, failures)
                : new ClusterChannel(
                        cluster, node -> group(fixed(node), new Failures(address, node)), failures, timing, limit);
    }

    private ChannelGroup group(Locator place, Failures words) {
        return new ChannelGroup(IntStream.range(0, config.connections())
                .mapToObj(i -> channel(
                        loops.shared(i),
                        place,
                        words,
                        CommandLimit.ofCommands(config.commandTimeout()),
                        config.maxWaitingCommands()))
                .toList());
    }

    /** For one reader that waits for up to {@code block} on the server. */
    Channel blocking(Duration block) {
        CommandLimit limit = CommandLimit.ofCommands(config.commandTimeout().plus(block));
        return cluster == null
                ? channel(loops.quiet(), locator, failures, limit, 1)
                : new ClusterChannel(
                        cluster,
                        node -> channel(loops.quiet(), fixed(node), new Failures(address, node), limit, 1),
                        failures,
                        timing,
                        limit);
    }

    private CommandChannel channel(
            ContextInternal context, Locator place, Failures words, CommandLimit limit, int maxWaiting) {
        return new CommandChannel(
                context,
                new ChannelParts(
                        () -> opener.open(place, words),
                        words,
                        timing,
                        backoff(),
                        limit,
                        maxWaiting,
                        config.maxInFlight()));
    }

    /** A connection for pushes, not connected yet. */
    PushConnection push(List<RedisCommand> setUp, PushConnection.Listener listener) {
        return push(locator, config.commandTimeout(), setUp, listener);
    }

    private PushConnection push(
            Locator place, Duration probeInterval, List<RedisCommand> setUp, PushConnection.Listener listener) {
        return new PushConnection(
                loops.quiet(),
                () -> opener.open(place, failures),
                timing,
                backoff(),
                probeInterval,
                config.commandTimeout(),
                setUp,
                listener);
    }

    /** Tells of changes of keys with the prefixes, and how far it has heard, on every server that may have them. */
    KeyTracking track(List<String> prefixes, Duration probeInterval, KeyTracking.Listener listener) {
        return new KeyTracking(
                (server, receiver) -> push(
                        cluster == null ? locator : fixed(server),
                        probeInterval,
                        KeyTracking.setUp(prefixes),
                        receiver),
                timing,
                listener);
    }

    /** Lets it follow the servers that there are, from now on. */
    void follow(KeyTracking tracking) {
        ClusterView view = cluster;
        if (view == null) {
            // one place, whichever server is there
            tracking.follow(Set.copyOf(address.endpoints().subList(0, 1)));
        } else {
            view.tell(tracking);
        }
    }

    private Backoff backoff() {
        return new Backoff(config.firstReconnectDelay(), config.maxReconnectDelay());
    }

    /** How many connections are open. */
    int connections() {
        return links.size();
    }

    /** Ends what runs by itself. */
    void stop() {
        if (watch != null) {
            watch.stop();
        }
        if (cluster != null) {
            cluster.stop();
        }
    }
}
