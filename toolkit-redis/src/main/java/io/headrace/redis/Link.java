package io.headrace.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One live connection and the calls written to it, in the order of their replies. Confined to the event loop of the
 * connection.
 */
final class Link {

    private static final Request ASKING = Request.cmd(Command.ASKING);

    /** A written call and when that was: a call may have waited long, which is not the fault of the connection. */
    private record Written(Call call, long since) {}

    private final LinkOrigin origin;
    private final Redis client;
    private final RedisConnection connection;
    private final Timing timing;
    private final Failures failures;
    private final ArrayDeque<Written> inFlight = new ArrayDeque<>();
    private @Nullable BiConsumer<@Nullable Throwable, List<Call>> onDeath;
    private Runnable onReply = () -> {};
    private final List<Call> refused = new ArrayList<>();
    private boolean leaving;
    private boolean dead;

    Link(LinkOrigin origin, Redis client, RedisConnection connection, Timing timing, Failures failures) {
        this.origin = origin;
        this.client = client;
        this.connection = connection;
        this.timing = timing;
        this.failures = failures;
    }

    /** {@code died} gets the cause and the calls that have no answer, oldest first. */
    void listen(Runnable replied, BiConsumer<@Nullable Throwable, List<Call>> died) {
        onReply = replied;
        onDeath = died;
        // a clean close reaches only the end handler, a broken socket may reach only the other one
        connection.endHandler(end -> die(null));
        connection.exceptionHandler(this::die);
    }

    RedisEndpoint endpoint() {
        return origin.endpoint();
    }

    boolean isAlive() {
        return !dead && !leaving;
    }

    int inFlight() {
        return inFlight.size();
    }

    /** Writes the call unless it has ended meanwhile. */
    void write(Call call) {
        if (!call.markWritten()) {
            return;
        }
        if (call.command.isAsking()) {
            // directly in front of it: the permission holds for one command
            connection.send(ASKING);
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
        } else if (origin.followsMaster() && String.valueOf(error.getMessage()).startsWith("READONLY")) {
            leave(call);
        } else {
            call.fail(failures.reply(call.command, error));
        }
        if (leaving && inFlight.isEmpty()) {
            die(new ConnectFailure("the server is not the master any more"));
        } else {
            onReply.run();
        }
    }

    /** Sends a command whose answer is a push. */
    void tell(Request request) {
        connection.send(request).onFailure(this::die);
    }

    /** Sends a command outside the order of calls; only where no call is in flight. */
    // Vert.x says that an answer may be null; compilers read that from its classes since JDK 22, and not before.
    @SuppressWarnings("NullAway")
    Future<Response> ask(Request request) {
        return connection.send(request);
    }

    /** Hands over all that the server says unasked. */
    void hear(Consumer<Response> listener) {
        connection.handler(listener::accept);
    }

    /** A server that was master refuses writes: they go to its successor, once all that was sent here has its answer. */
    private void leave(Call call) {
        leaving = true;
        if (!call.isEnded()) {
            call.refuse();
            refused.add(call);
        }
    }

    /** Closes the connection from any thread. */
    void kill(Throwable cause) {
        origin.context().runOnContext(ignored -> die(cause));
    }

    /** Fails the calls whose deadline has passed. */
    void expire(long now, CommandLimit limit) {
        for (Written written : inFlight) {
            Call call = written.call();
            if (!call.isEnded() && call.deadline - now <= 0) {
                call.fail(failures.noReply(call.command, call.command.limit(limit), inFlight.size()));
            }
        }
    }

    /** When to look again: at the deadline of a call, or when the oldest one has been written for too long. */
    long nextDeadline(Duration commandTimeout) {
        Written head = inFlight.peek();
        long next = head == null ? Long.MAX_VALUE : head.since() + commandTimeout.toNanos();
        for (Written written : inFlight) {
            if (!written.call().isEnded()) {
                next = Math.min(next, written.call().deadline);
            }
        }
        return next;
    }

    /** Whether the oldest command has been written for so long that the peer must be taken for dead. */
    boolean isStuck(long now, Duration commandTimeout) {
        Written head = inFlight.peek();
        return head != null && now - head.since() >= commandTimeout.toNanos();
    }

    void die(@Nullable Throwable cause) {
        if (dead) {
            return;
        }
        dead = true;
        close();
        origin.registry().closed(this, cause);
        List<Call> unanswered = new ArrayList<>(refused);
        for (Written written = inFlight.poll(); written != null; written = inFlight.poll()) {
            if (!written.call().isEnded()) {
                unanswered.add(written.call());
            }
        }
        BiConsumer<@Nullable Throwable, List<Call>> listener = onDeath;
        if (listener != null) {
            listener.accept(cause, unanswered);
        }
    }

    private void close() {
        // Each link has its own client: closing that is the one sure way to close a leased connection.
        client.close().onFailure(ignored -> {});
    }
}
