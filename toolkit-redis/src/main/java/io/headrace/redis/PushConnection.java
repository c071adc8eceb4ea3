package io.headrace.redis;

import io.netty.channel.EventLoop;
import io.vertx.core.internal.ContextInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/** A connection on which the server speaks unasked: messages of subscriptions, and keys that have changed. */
final class PushConnection implements Connector.Listener {

    /*
     * Everything is confined to the event loop but start, execute and stop.
     *
     * The client library takes a reply slot away with every push that arrives while a command waits for its reply (5.1.1,
     * RedisStandaloneConnection.handle), so no command with a reply may be in flight once pushes can come. SUBSCRIBE and
     * its kin have none: their confirmations are pushes, in the order in which they were sent, and so are their errors.
     * They are matched here. For the same reason a quiet connection is probed by an UNSUBSCRIBE of a channel that
     * nobody uses, and not by a PING. Commands that set the connection up are sent one by one, before anything else.
     */

    private static final Set<String> CONFIRMATIONS =
            Set.of("subscribe", "unsubscribe", "psubscribe", "punsubscribe", "ssubscribe", "sunsubscribe");
    private static final String PROBE_CHANNEL = "headrace:probe";

    /** Called on the event loop. */
    interface Listener {

        /** There is a new connection, on which nothing is subscribed yet. */
        void connected();

        /** The server spoke; confirmations of what was told are not among it. */
        void received(Response push);

        /** The connection is gone; the next {@link #connected} follows by itself. */
        void lost();

        /** The server refused the connection or its set-up; it is tried again. */
        void refused(Throwable error);

        /** All that the server had to say before that moment, in the nanoseconds of {@link Timing}, has been handed over. */
        default void proven(long moment) {}
    }

    private final EventLoop loop;
    private final ContextInternal context;
    private final Timing timing;
    private final Duration probeInterval;
    private final Duration patience;
    private final List<RedisCommand> setUp;
    private final Listener listener;
    private final Connector connector;
    private final Deque<Consumer<@Nullable Throwable>> unconfirmed = new ArrayDeque<>();
    private @Nullable Link ready;
    private @Nullable Disposable probe;
    private boolean probing;
    private long probedAt;
    private boolean stopped;

    /**
     * @param context of the event loop
     * @param opener opens connections on that loop
     * @param probeInterval the pause between two probes
     * @param patience how long nothing at all may be heard after a probe
     * @param setUp sent on each new connection before {@link Listener#connected}; only the last may cause pushes
     */
    PushConnection(
            ContextInternal context,
            Supplier<CompletionStage<Link>> opener,
            Timing timing,
            Backoff backoff,
            Duration probeInterval,
            Duration patience,
            List<RedisCommand> setUp,
            Listener listener) {
        this.context = context;
        this.loop = context.nettyEventLoop();
        this.timing = timing;
        this.probeInterval = probeInterval;
        this.patience = patience;
        this.setUp = List.copyOf(setUp);
        this.listener = listener;
        this.connector = new Connector(opener, this::execute, timing, backoff, this);
    }

    /** Connects, unless that has been done. */
    void start() {
        execute(connector::ensure);
    }

    /** Runs the task on the event loop, at once when there; a task that comes too late is dropped. */
    void execute(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
            return;
        }
        try {
            context.runOnContext(ignored -> task.run());
        } catch (RejectedExecutionException e) {
            // the event loops are gone, and with them all that the task could be about
            stopped = true;
        }
    }

    boolean isConnected() {
        return ready != null;
    }

    @Nullable
    Throwable lastFailure() {
        return connector.lastFailure();
    }

    /**
     * Sends a command of the family of SUBSCRIBE for one channel. The callback gets null when it is confirmed, or the
     * server's error; nothing when the connection is lost.
     */
    void tell(Command command, String channel, Consumer<@Nullable Throwable> confirmed) {
        Link link = ready;
        if (link != null) {
            unconfirmed.add(confirmed);
            link.tell(Request.cmd(command).arg(channel));
        }
    }

    @Override
    public void opened(Link link) {
        link.listen(() -> {}, (cause, unanswered) -> execute(() -> connector.lost(link, cause)));
        setUp(link, 0);
    }

    private void setUp(Link link, int index) {
        if (index < setUp.size()) {
            link.ask(setUp.get(index).request())
                    .onComplete((reply, error) -> execute(() -> {
                        if (error == null) {
                            setUp(link, index + 1);
                        } else {
                            if (Failures.isReply(error)) {
                                listener.refused(error);
                            }
                            link.die(error);
                        }
                    }));
            return;
        }
        if (!link.isAlive() || stopped) {
            return;
        }
        ready = link;
        probing = false;
        link.hear(this::received);
        probeLater(link);
        listener.connected();
    }

    private void received(Response response) {
        probing = false;
        if (response.type() == ResponseType.ERROR) {
            confirmed((Throwable) response);
        } else if (response.type() == ResponseType.PUSH
                && CONFIRMATIONS.contains(response.get(0).toString())) {
            confirmed(null);
        } else {
            listener.received(response);
        }
    }

    private void confirmed(@Nullable Throwable error) {
        Consumer<@Nullable Throwable> oldest = unconfirmed.poll();
        if (oldest != null) {
            oldest.accept(error);
        }
    }

    private void probeLater(Link link) {
        probe = timing.after(probeInterval, () -> execute(() -> probe(link)));
    }

    private void probe(Link link) {
        if (ready != link || stopped) {
            return;
        }
        long now = timing.nanos();
        if (probing && now - probedAt >= patience.toNanos()) {
            link.die(new ConnectFailure("nothing heard for " + Wording.duration(patience)));
            return;
        }
        if (!probing) {
            probing = true;
            probedAt = now;
        }
        tell(Command.UNSUBSCRIBE, PROBE_CHANNEL, error -> listener.proven(now));
        probeLater(link);
    }

    @Override
    public void refused(Throwable error) {
        listener.refused(error);
    }

    @Override
    public void down() {
        unconfirmed.clear();
        Disposable waiting = probe;
        if (waiting != null) {
            waiting.dispose();
        }
        if (ready != null) {
            ready = null;
            listener.lost();
        }
    }

    /** Closes the connection for good, without a word to the listener. */
    void stop() {
        execute(() -> {
            stopped = true;
            ready = null;
            connector.stop();
            down();
        });
    }
}
