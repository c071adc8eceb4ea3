package io.headrace.redis;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The subscriptions of one toolkit: which channels are subscribed on the one connection, and for whom. Confined to the event
 * loop of that connection but for {@link #join}, {@link #leave} and {@link #close}.
 */
final class PubSubHub implements PushConnection.Listener {

    /** One channel or pattern; replaced by a new one when it is subscribed again after its last subscriber had left. */
    private static final class Subscription {
        final Set<Subscriber<?>> subscribers = new LinkedHashSet<>();
        boolean confirmed;
    }

    private final Failures failures;
    private final Timing timing;
    private final Duration timeout;
    private final Map<Topic, Subscription> subscriptions = new HashMap<>();
    private final Set<Subscriber<?>> members = new HashSet<>();
    private @Nullable PushConnection connection;
    private volatile boolean closed;

    PubSubHub(Failures failures, Timing timing, Duration timeout) {
        this.failures = failures;
        this.timing = timing;
        this.timeout = timeout;
    }

    void use(PushConnection own) {
        connection = own;
    }

    private PushConnection connection() {
        PushConnection present = connection;
        if (present == null) {
            throw new IllegalStateException("The hub has no connection yet.");
        }
        return present;
    }

    RedisException overflow(Subscriber<?> subscriber, int limit) {
        return failures.overflow(subscriber, limit);
    }

    void join(Subscriber<?> subscriber) {
        if (closed) {
            // there may be no event loop any more
            subscriber.fail(failures.closed(subscriber));
            return;
        }
        connection().execute(() -> {
            if (closed) {
                subscriber.fail(failures.closed(subscriber));
            } else if (!subscriber.isEnded()) {
                add(subscriber);
            }
        });
    }

    private void add(Subscriber<?> subscriber) {
        members.add(subscriber);
        connection().start();
        for (Topic topic : subscriber.topics()) {
            Subscription subscription = subscriptions.get(topic);
            if (subscription == null) {
                subscription = new Subscription();
                subscriptions.put(topic, subscription);
                subscribe(topic, subscription);
            }
            subscription.subscribers.add(subscriber);
        }
        subscriber.confirmWithin(timing.after(timeout, () -> connection().execute(() -> unconfirmed(subscriber))));
        confirmIfComplete(subscriber);
    }

    private void subscribe(Topic topic, Subscription subscription) {
        connection().tell(topic.pattern() ? Command.PSUBSCRIBE : Command.SUBSCRIBE, topic.name(), error -> {
            if (error == null) {
                subscription.confirmed = true;
                List.copyOf(subscription.subscribers).forEach(this::confirmIfComplete);
            } else {
                endAll(subscription.subscribers, failures.reply(topic, error));
            }
        });
    }

    private void confirmIfComplete(Subscriber<?> subscriber) {
        for (Topic topic : subscriber.topics()) {
            Subscription subscription = subscriptions.get(topic);
            if (subscription == null || !subscription.confirmed) {
                return;
            }
        }
        subscriber.confirmed();
    }

    private void unconfirmed(Subscriber<?> subscriber) {
        if (members.contains(subscriber) && !subscriber.wasConfirmed()) {
            endAll(
                    Set.of(subscriber),
                    failures.notConfirmed(subscriber, timeout, connection().lastFailure()));
        }
    }

    void leave(Subscriber<?> subscriber) {
        connection().execute(() -> remove(subscriber));
    }

    private void remove(Subscriber<?> subscriber) {
        if (!members.remove(subscriber)) {
            return;
        }
        for (Topic topic : subscriber.topics()) {
            Subscription subscription = subscriptions.get(topic);
            if (subscription != null
                    && subscription.subscribers.remove(subscriber)
                    && subscription.subscribers.isEmpty()) {
                subscriptions.remove(topic);
                connection()
                        .tell(
                                topic.pattern() ? Command.PUNSUBSCRIBE : Command.UNSUBSCRIBE,
                                topic.name(),
                                ignored -> {});
            }
        }
    }

    private void endAll(Set<Subscriber<?>> subscribers, RedisException error) {
        for (Subscriber<?> subscriber : new ArrayList<>(subscribers)) {
            remove(subscriber);
            subscriber.fail(error);
        }
    }

    @Override
    public void connected() {
        subscriptions.forEach(this::subscribe);
    }

    @Override
    public void received(Response push) {
        boolean pattern = push.get(0).toString().equals("pmessage");
        if (!pattern && !push.get(0).toString().equals("message")) {
            return;
        }
        int payload = pattern ? 3 : 2;
        Subscription subscription =
                subscriptions.get(new Topic(pattern, push.get(1).toString()));
        // what arrives before the confirmation belongs to an earlier subscription of the same name
        if (subscription != null && subscription.confirmed) {
            Incoming message = new Incoming(
                    push.get(payload - 1).toString(),
                    pattern ? push.get(1).toString() : null,
                    Replies.bytes(push.get(payload)));
            for (Subscriber<?> subscriber : List.copyOf(subscription.subscribers)) {
                subscriber.receive(message);
            }
        }
    }

    @Override
    public void lost() {
        subscriptions.values().forEach(subscription -> subscription.confirmed = false);
        members.forEach(Subscriber::lost);
    }

    @Override
    public void refused(Throwable error) {
        List<Subscriber<?>> waiting =
                members.stream().filter(member -> !member.wasConfirmed()).toList();
        for (Subscriber<?> subscriber : waiting) {
            endAll(Set.of(subscriber), failures.refused(subscriber, error));
        }
    }

    /** Completes all subscribers and closes the connection. */
    Mono<Void> close() {
        return Mono.create(sink -> connection().execute(() -> {
            closed = true;
            List<Subscriber<?>> present = List.copyOf(members);
            members.clear();
            subscriptions.clear();
            connection().stop();
            present.forEach(Subscriber::complete);
            sink.success();
        }));
    }
}
