package io.headrace.redis;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Operators;

/** One subscription of one program part: a bounded buffer between the event loop and whoever receives. */
final class Subscriber<V> implements Subscription {

    /*
     * The hub calls receive, confirmed, lost, fail and complete on its event loop. The buffer has a lock, held for a few
     * steps only. Signals downstream are given by whoever finds nobody doing so (`work`).
     */

    private final PubSubHub hub;
    private final List<Topic> topics;
    private final Codec<V> codec;
    private final CoreSubscriber<? super PubSubEvent<V>> downstream;
    private final PubSubBuffer buffer;
    private final AtomicLong demand = new AtomicLong();
    private final AtomicInteger work = new AtomicInteger();
    private final Disposable.Swap deadline = Disposables.swap();
    private volatile boolean cancelled;
    private boolean terminated;

    // confined to the event loop of the hub
    private boolean wasConfirmed;
    private boolean lost;

    Subscriber(
            PubSubHub hub,
            List<Topic> topics,
            Codec<V> codec,
            PubSubConfig settings,
            CoreSubscriber<? super PubSubEvent<V>> downstream) {
        Set<Topic> distinct = new LinkedHashSet<>(topics);
        this.hub = hub;
        this.topics = List.copyOf(distinct);
        this.codec = codec;
        this.downstream = downstream;
        this.buffer = new PubSubBuffer(settings);
    }

    List<Topic> topics() {
        return topics;
    }

    boolean isEnded() {
        return cancelled || buffer.isEnded();
    }

    boolean wasConfirmed() {
        return wasConfirmed;
    }

    void confirmWithin(Disposable timer) {
        deadline.update(timer);
    }

    void confirmed() {
        if (!wasConfirmed) {
            wasConfirmed = true;
            deadline.dispose();
            buffer.subscribed();
        } else if (lost) {
            lost = false;
            buffer.connectionLost();
        }
        drain();
    }

    void lost() {
        lost = wasConfirmed;
    }

    void receive(Incoming message) {
        // messages of one channel may come while another is not confirmed yet
        if (!wasConfirmed) {
            return;
        }
        if (!buffer.offer(message)) {
            hub.leave(this);
            fail(hub.overflow(this, buffer.limit()));
        } else {
            drain();
        }
    }

    void fail(Throwable error) {
        deadline.dispose();
        buffer.end(error);
        drain();
    }

    void complete() {
        deadline.dispose();
        buffer.end(null);
        drain();
    }

    @Override
    public void request(long count) {
        if (Operators.validate(count)) {
            demand.accumulateAndGet(count, Operators::addCap);
            drain();
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        deadline.dispose();
        hub.leave(this);
        drain();
    }

    private void drain() {
        if (work.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        while (seen != 0) {
            emit();
            seen = work.addAndGet(-seen);
        }
    }

    private void emit() {
        while (!terminated) {
            if (cancelled) {
                terminated = true;
                buffer.end(null);
                return;
            }
            PubSubBuffer.Next next = buffer.next(demand.get() > 0);
            if (next == PubSubBuffer.NOTHING) {
                return;
            }
            if (next.ended()) {
                terminate(next.error());
            } else {
                if (demand.get() != Long.MAX_VALUE) {
                    demand.decrementAndGet();
                }
                emit(next);
            }
        }
    }

    private void emit(PubSubBuffer.Next next) {
        Incoming message = next.message();
        if (message == null) {
            downstream.onNext(
                    next.isGap() ? new PubSubEvent.Gap<>(next.lost(), next.dropped()) : new PubSubEvent.Subscribed<>());
            return;
        }
        V value;
        try {
            value = codec.decode(message.payload());
        } catch (RuntimeException e) {
            hub.leave(this);
            terminate(new RedisCodecException(
                    "The " + message.payload().length + " bytes of a message on channel '" + message.channel()
                            + "' could not be decoded. Was it published with another codec or type?",
                    e));
            return;
        }
        downstream.onNext(new PubSubEvent.Message<>(message.channel(), Optional.ofNullable(message.pattern()), value));
    }

    private void terminate(@Nullable Throwable error) {
        terminated = true;
        buffer.end(null);
        if (error == null) {
            downstream.onComplete();
        } else {
            downstream.onError(error);
        }
    }

    @Override
    public String toString() {
        return topics.get(0) + (topics.size() == 1 ? "" : " and " + (topics.size() - 1) + " more");
    }
}
