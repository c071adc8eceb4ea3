package io.headrace.redis;

import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Response;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One live connection and the calls written to it, in the order of their replies. Confined to the event loop of the
 * connection.
 */
final class Link {

    /** A written call and when that was: a call may have waited long, which is not the fault of the connection. */
    private record Written(Call call, long since) {}

    private final Redis client;
    private final RedisConnection connection;
    private final Timing timing;
    private final Failures failures;
    private final ArrayDeque<Written> inFlight = new ArrayDeque<>();
    private @Nullable Consumer<@Nullable Throwable> onDeath;
    private Runnable onReply = () -> {};
    private boolean dead;

    Link(Redis client, RedisConnection connection, Timing timing, Failures failures) {
        this.client = client;
        this.connection = connection;
        this.timing = timing;
        this.failures = failures;
    }

    void listen(Runnable replied, Consumer<@Nullable Throwable> died) {
        onReply = replied;
        onDeath = died;
        // a clean close reaches only the end handler, a broken socket may reach only the other one
        connection.endHandler(end -> die(null));
        connection.exceptionHandler(this::die);
    }

    boolean isAlive() {
        return !dead;
    }

    int inFlight() {
        return inFlight.size();
    }

    /** Writes the call unless it has ended meanwhile. */
    void write(Call call) {
        if (!call.markWritten()) {
            return;
        }
        inFlight.add(new Written(call, timing.nanos()));
        connection.send(call.command.request()).onComplete((response, error) -> {
            if (error != null && !Failures.isReply(error)) {
                die(error);
            } else {
                replied(response, error);
            }
        });
    }

    private void replied(@Nullable Response response, @Nullable Throwable error) {
        Written written = inFlight.poll();
        if (dead || written == null) {
            return;
        }
        Call call = written.call();
        if (error == null) {
            call.succeed(response);
        } else {
            call.fail(failures.reply(call.command, error));
        }
        onReply.run();
    }

    /** Fails the calls whose deadline has passed. */
    void expire(long now, RedisTimeouts timeouts) {
        for (Written written : inFlight) {
            Call call = written.call();
            if (!call.isEnded() && call.deadline - now <= 0) {
                call.fail(failures.noReply(call.command, timeouts.command(), inFlight.size()));
            }
        }
    }

    /** When to look again: at the deadline of a call, or when the oldest one has been written for too long. */
    long nextDeadline(RedisTimeouts timeouts) {
        Written head = inFlight.peek();
        long next = head == null
                ? Long.MAX_VALUE
                : head.since() + timeouts.command().toNanos();
        for (Written written : inFlight) {
            if (!written.call().isEnded()) {
                next = Math.min(next, written.call().deadline);
            }
        }
        return next;
    }

    /** Whether the oldest command has been written for so long that the peer must be taken for dead. */
    boolean isStuck(long now, RedisTimeouts timeouts) {
        Written head = inFlight.peek();
        return head != null && now - head.since() >= timeouts.command().toNanos();
    }

    void die(@Nullable Throwable cause) {
        if (dead) {
            return;
        }
        dead = true;
        close();
        Consumer<@Nullable Throwable> listener = onDeath;
        if (listener != null) {
            listener.accept(cause);
        }
        for (Written written = inFlight.poll(); written != null; written = inFlight.poll()) {
            written.call().fail(failures.lost(written.call().command, cause));
        }
    }

    private void close() {
        // Each link has its own client: closing that is the one sure way to close a leased connection.
        client.close().onFailure(ignored -> {});
    }
}
