package io.headrace.redis;

import io.netty.channel.EventLoop;
import io.vertx.core.internal.ContextInternal;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;

/** A queue of commands in front of one connection, which is opened when first needed and again after a loss. */
final class CommandChannel implements Commands {

    /*
     * Threads: callers only reserve a place, offer their call and, when the channel is idle, schedule the pump. All
     * other state is confined to the event loop, the timers included (they hop onto it).
     *
     * Pipelining: with nothing in flight a command is written at once. Otherwise commands wait and up to BURST of them
     * are written when the next reply comes in. The client flushes once after a read, so a busy channel writes in
     * batches and an idle one adds no delay. No timer is involved.
     *
     * Activity: `active` is true from the first offer until queue and connection are empty. While it is true the loop
     * is sure to come back (a reply, a deadline, a connect result), so offers need not wake it.
     *
     * Loss: written calls fail as "outcome unknown" and are never repeated; waiting ones stay, up to their deadline.
     */

    private static final int BURST = 128;

    private final ContextInternal context;
    private final EventLoop loop;
    private final Function<RedisTimeouts, CompletionStage<Link>> opener;
    private final Failures failures;
    private final Timing timing;
    private final Backoff backoff;
    private final RedisTimeouts timeouts;
    private final CommandQueue queue;
    private final int maxInFlight;
    private final AtomicBoolean active = new AtomicBoolean();
    private final Sinks.Empty<Void> closed = Sinks.empty();
    private volatile boolean closing;
    private volatile boolean down;

    // confined to the event loop
    private @Nullable Link link;
    private @Nullable Throwable lastFailure;
    private @Nullable Disposable deadlineTimer;
    private @Nullable Disposable reconnectTimer;
    private boolean connecting;
    private boolean shut;
    private int connectFailures;

    CommandChannel(ContextInternal context, ChannelParts parts) {
        this.context = context;
        this.loop = context.nettyEventLoop();
        this.opener = limits -> parts.opener().open(limits.connect());
        this.failures = parts.failures();
        this.timing = parts.timing();
        this.backoff = parts.backoff();
        this.timeouts = parts.timeouts();
        this.queue = new CommandQueue(parts.maxWaiting());
        this.maxInFlight = parts.maxInFlight();
    }

    @Override
    public boolean isDown() {
        return down;
    }

    @Override
    public Mono<Response> send(Supplier<RedisCommand> command) {
        return Mono.create(sink -> enqueue(command.get(), sink));
    }

    private void enqueue(RedisCommand command, MonoSink<Response> sink) {
        if (closing) {
            sink.error(failures.closed(command));
            return;
        }
        if (!queue.reserve()) {
            sink.error(failures.queueFull(command, queue.limit()));
            return;
        }
        Call call = new Call(command, timing.nanos() + timeouts.command().toNanos(), sink);
        sink.onCancel(() -> {
            if (call.cancel() && queue.cancelled()) {
                execute(queue::sweep);
            }
        });
        queue.offer(call);
        wake();
    }

    private void wake() {
        if (active.compareAndSet(false, true)) {
            execute(this::pump);
        }
    }

    private void execute(Runnable task) {
        try {
            context.runOnContext(ignored -> task.run());
        } catch (RejectedExecutionException e) {
            // the event loops are gone, so nothing reads the queue any more except callers that are late like this one
            synchronized (queue) {
                failWaiting();
            }
        }
    }

    private void pump() {
        if (shut) {
            failWaiting();
            settle();
            return;
        }
        Link current = link;
        if (current != null) {
            if (current.inFlight() == 0) {
                burst(current);
            }
        } else if (!connecting && reconnectTimer == null && queue.peek() != null) {
            connect();
        }
        armDeadline();
        settle();
    }

    private void burst(Link current) {
        for (int i = 0; i < BURST && current.inFlight() < maxInFlight; i++) {
            Call call = queue.poll();
            if (call == null) {
                return;
            }
            current.write(call);
        }
    }

    private void replied() {
        Link current = link;
        if (current != null) {
            burst(current);
        }
        settle();
    }

    /** Goes idle when nothing is left to do; a call offered in between is seen by the second look. */
    private void settle() {
        Link current = link;
        boolean quiet = current == null ? shut || (!connecting && reconnectTimer == null) : current.inFlight() == 0;
        if (!queue.isEmpty()) {
            if (quiet) {
                // offered after the last look at the queue, and nothing else will look again
                execute(this::pump);
            }
            return;
        }
        if (current != null && !quiet) {
            return;
        }
        if (closing) {
            shutDown();
        }
        active.set(false);
        if (!queue.isEmpty()) {
            wake();
        }
    }

    private void connect() {
        connecting = true;
        opener.apply(timeouts).whenComplete((opened, error) -> onLoop(() -> connected(opened, error)));
    }

    private void connected(@Nullable Link opened, @Nullable Throwable error) {
        connecting = false;
        if (opened == null) {
            connectFailures++;
            lastFailure = error;
            down = true;
            if (error != null && Failures.isReply(error)) {
                // a wrong password does not get better by waiting
                for (Call call = queue.poll(); call != null; call = queue.poll()) {
                    call.fail(failures.refused(call.command, error));
                }
            }
            reconnectLater();
            settle();
            return;
        }
        if (shut) {
            opened.die(null);
            return;
        }
        connectFailures = 0;
        down = false;
        link = opened;
        opened.listen(this::replied, cause -> onLoop(() -> lost(opened, cause)));
        active.set(true);
        pump();
    }

    private void lost(Link dead, @Nullable Throwable cause) {
        if (link != dead) {
            return;
        }
        link = null;
        lastFailure = cause;
        connectFailures = Math.max(1, connectFailures);
        reconnectLater();
        settle();
    }

    private void reconnectLater() {
        if (shut || closing && queue.isEmpty()) {
            return;
        }
        reconnectTimer = timing.after(
                backoff.delay(connectFailures, timing),
                () -> execute(() -> {
                    reconnectTimer = null;
                    if (!shut && link == null && !connecting) {
                        connect();
                    }
                }));
    }

    private void armDeadline() {
        if (deadlineTimer != null || shut) {
            return;
        }
        long now = timing.nanos();
        long next = Long.MAX_VALUE;
        Call head = queue.peek();
        if (head != null) {
            next = head.deadline;
        }
        Link current = link;
        if (current != null) {
            next = Math.min(next, current.nextDeadline(timeouts));
        }
        if (next != Long.MAX_VALUE) {
            deadlineTimer = timing.afterNanos(next - now, () -> execute(this::expire));
        }
    }

    private void expire() {
        deadlineTimer = null;
        long now = timing.nanos();
        for (Call head = queue.peek(); head != null && head.deadline - now <= 0; head = queue.peek()) {
            head.fail(late(head));
        }
        Link current = link;
        if (current != null) {
            current.expire(now, timeouts);
            if (current.isStuck(now, timeouts)) {
                current.die(new LinkOpener.ConnectTimeout(
                        "the server did not answer for " + Wording.duration(timeouts.command())));
            }
        }
        armDeadline();
        settle();
    }

    private RedisException late(Call call) {
        return link == null
                ? failures.unavailable(call.command, timeouts.command(), lastFailure)
                : failures.notWritten(call.command, timeouts.command(), queue.size());
    }

    /** Refuses new commands, waits for the others up to the deadline each of them has, then closes the connection. */
    Mono<Void> close(Duration limit) {
        return Mono.defer(() -> {
            closing = true;
            execute(() -> {
                active.set(true);
                if (shut) {
                    return;
                }
                Disposable forced = timing.after(
                        limit,
                        () -> execute(() -> {
                            shutDown();
                            settle();
                        }));
                closed.asMono().subscribe(null, null, forced::dispose);
                settle();
            });
            return closed.asMono();
        });
    }

    private void shutDown() {
        if (shut) {
            return;
        }
        shut = true;
        dispose(deadlineTimer);
        dispose(reconnectTimer);
        failWaiting();
        Link current = link;
        link = null;
        if (current != null) {
            current.die(null);
        }
        closed.tryEmitEmpty().orThrow();
    }

    private void failWaiting() {
        for (Call call = queue.poll(); call != null; call = queue.poll()) {
            call.fail(failures.closed(call.command));
        }
    }

    private void onLoop(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
        } else {
            execute(task);
        }
    }

    private static void dispose(@Nullable Disposable timer) {
        if (timer != null) {
            timer.dispose();
        }
    }
}
