package io.headrace.redis;

import io.vertx.redis.client.Response;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.MonoSink;

/**
 * One command on its way: waiting, then written, then ended. Whoever moves it to ended owns the signal, so exactly one
 * of reply, failure and cancel wins. A written call keeps its place in the order of replies even when it has ended.
 */
final class Call {

    private static final int WAITING = 0;
    private static final int WRITTEN = 1;
    private static final int ENDED = 2;

    final RedisCommand command;

    /** In the nanoseconds of {@link Timing}. */
    final long deadline;

    /** A command that kills each connection it is written to must not do so until its deadline. */
    private static final int MOST_WRITES = 3;

    private final MonoSink<Response> sink;
    private final AtomicInteger state = new AtomicInteger(WAITING);

    /** Confined to the event loop. */
    private int writes;

    private boolean refused;

    Call(RedisCommand command, long deadline, MonoSink<Response> sink) {
        this.command = command;
        this.deadline = deadline;
        this.sink = sink;
    }

    boolean markWritten() {
        writes++;
        return state.compareAndSet(WAITING, WRITTEN);
    }

    /** Makes a written call whose reply is lost wait again, if it does no harm to execute it twice. */
    boolean takeBack() {
        boolean harmless = refused || command.isRepeatable();
        refused = false;
        return harmless && writes < MOST_WRITES && state.compareAndSet(WRITTEN, WAITING);
    }

    /** Notes that the server answered and did not execute it. */
    void refuse() {
        refused = true;
    }

    boolean isEnded() {
        return state.get() == ENDED;
    }

    boolean wasWritten() {
        return state.get() == WRITTEN;
    }

    /** Ends the call without a signal; true when it was still waiting to be written. */
    boolean cancel() {
        return state.getAndSet(ENDED) == WAITING;
    }

    void succeed(@Nullable Response response) {
        if (state.getAndSet(ENDED) != ENDED) {
            sink.success(response);
        }
    }

    void fail(Throwable error) {
        if (state.getAndSet(ENDED) != ENDED) {
            sink.error(error);
        }
    }
}
