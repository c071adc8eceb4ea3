package io.headrace.redis;

import io.netty.channel.EventLoop;
import io.vertx.core.internal.ContextInternal;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.ListIterator;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;

/** A queue of commands in front of one connection, which is opened when first needed and again after a loss. */
final class CommandChannel implements NodeChannel, Connector.Listener {

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
     * Loss: waiting calls stay, up to their deadline. Written ones that only read go back to the front of the queue; the
     * others fail as "outcome unknown".
     */

    private static final int BURST = 128;

    private final ContextInternal context;
    private final EventLoop loop;
    private final Failures failures;
    private final Timing timing;
    private final CommandLimit limit;
    private final CommandQueue queue;
    private final int maxInFlight;
    private final Connector connector;
    private final AtomicBoolean active = new AtomicBoolean();
    private final Sinks.Empty<Void> closed = Sinks.empty();
    private volatile boolean closing;
    private volatile boolean retired;
    private final DeadlineTimer deadlines;

    // confined to the event loop
    private boolean shut;

    CommandChannel(ContextInternal context, ChannelParts parts) {
        this.context = context;
        this.loop = context.nettyEventLoop();
        this.failures = parts.failures();
        this.timing = parts.timing();
        this.limit = parts.limit();
        this.queue = new CommandQueue(parts.maxWaiting());
        this.maxInFlight = parts.maxInFlight();
        this.deadlines = new DeadlineTimer(timing, () -> execute(this::expire));
        this.connector = new Connector(parts.opener(), this::onLoop, timing, parts.backoff(), this);
    }

    @Override
    public boolean isDown() {
        return connector.isDown();
    }

    boolean isOnLoop() {
        return loop.inEventLoop();
    }

    @Override
    public long deadline(RedisCommand command) {
        return timing.nanos() + command.limit(limit).nanos();
    }

    @Override
    public void enqueue(RedisCommand command, long deadline, MonoSink<Response> sink) {
        if (closing) {
            sink.error(failures.closed(command));
            return;
        }
        if (!queue.reserve()) {
            sink.error(failures.queueFull(command, queue.limit()));
            return;
        }
        Call call = new Call(command, deadline, sink);
        sink.onCancel(() -> {
            if (call.cancel() && queue.cancelled()) {
                execute(queue::sweep);
            }
        });
        queue.offer(call);
        wake();
        // after the offer: a timer that is set later sees the call
        if (deadlines.isLaterThan(deadline)) {
            execute(this::armDeadline);
        }
    }

    private void wake() {
        if (active.compareAndSet(false, true)) {
            execute(this::pump);
        }
    }

    private void onLoop(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
        } else {
            execute(task);
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
            emitClosed();
        }
    }

    private void pump() {
        Link link = connector.link();
        if (shut || retired) {
            failWaiting();
        } else if (link == null) {
            if (queue.peek() != null) {
                connector.ensure();
            }
        } else if (link.inFlight() == 0) {
            burst(link);
        }
        armDeadline();
        settle();
    }

    private void burst(Link link) {
        for (int i = 0; i < BURST && link.isAlive() && link.inFlight() < maxInFlight; i++) {
            Call call = queue.poll();
            if (call == null) {
                return;
            }
            link.write(call);
        }
    }

    private void replied() {
        Link link = connector.link();
        if (link != null) {
            burst(link);
        }
        settle();
    }

    @Override
    public void opened(Link link) {
        link.listen(this::replied, (cause, unanswered) -> onLoop(() -> lost(link, cause, unanswered)));
        active.set(true);
        pump();
    }

    private void lost(Link link, @Nullable Throwable cause, List<Call> unanswered) {
        ListIterator<Call> newestFirst = unanswered.listIterator(unanswered.size());
        while (newestFirst.hasPrevious()) {
            Call call = newestFirst.previous();
            if (!shut && call.takeBack()) {
                queue.putBack(call);
            } else {
                call.fail(failures.lost(call.command, cause));
            }
        }
        if (retired) {
            failWaiting();
        }
        connector.lost(link, cause);
    }

    @Override
    public void refused(Throwable error) {
        // a wrong password does not get better by waiting
        for (Call call = queue.poll(); call != null; call = queue.poll()) {
            call.fail(failures.refused(call.command, error));
        }
    }

    @Override
    public void down() {
        settle();
    }

    /** Goes idle when nothing is left to do; a call offered in between is seen by the second look. */
    private void settle() {
        Link link = connector.link();
        boolean replyDue = link != null && link.inFlight() > 0;
        if (!queue.isEmpty()) {
            if (!replyDue && !(link == null && !shut && connector.isTrying())) {
                // offered after the last look at the queue, and nothing else will look again
                execute(this::pump);
            }
            return;
        }
        if (replyDue) {
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

    private void armDeadline() {
        if (!shut) {
            Link link = connector.link();
            long ofWritten = link == null ? Long.MAX_VALUE : link.nextDeadline(limit.time());
            deadlines.arm(Math.min(ofWritten, queue.nextDeadline()));
        }
    }

    private void expire() {
        deadlines.fired();
        long now = timing.nanos();
        queue.expire(now, this::late);
        Link link = connector.link();
        if (link != null) {
            link.expire(now, limit);
            if (link.isStuck(now, limit.time())) {
                link.die(new ConnectFailure("no answer within " + limit));
            }
        }
        armDeadline();
        settle();
    }

    private RedisException late(Call call) {
        CommandLimit own = call.command.limit(limit);
        return connector.link() == null
                ? failures.unavailable(call.command, own, connector.lastFailure())
                : failures.notWritten(call.command, own, queue.size());
    }

    @Override
    public int waiting() {
        return queue.size();
    }

    @Override
    public boolean isRetired() {
        return retired;
    }

    @Override
    public void retire() {
        closing = true;
        retired = true;
        execute(() -> {
            failWaiting();
            settle();
        });
    }

    @Override
    public Mono<Void> close(Duration limit) {
        return Mono.defer(() -> {
            closing = true;
            execute(() -> {
                if (!shut) {
                    Disposable forced = timing.after(
                            limit,
                            () -> execute(() -> {
                                shutDown();
                                settle();
                            }));
                    closed.asMono().subscribe(null, null, forced::dispose);
                    settle();
                }
            });
            return closed.asMono();
        });
    }

    private void shutDown() {
        if (shut) {
            return;
        }
        shut = true;
        deadlines.stop();
        failWaiting();
        connector.stop();
        emitClosed();
    }

    private void emitClosed() {
        // told once; a second time is no news
        Sinks.EmitResult ignored = closed.tryEmitEmpty();
    }

    private void failWaiting() {
        for (Call call = queue.poll(); call != null; call = queue.poll()) {
            call.fail(failures.closed(call.command));
        }
    }
}
