package io.headrace.redis;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/** What is known of a cluster: asked when first needed, when it proves wrong, and every now and then. */
final class ClusterView implements Locator {

    /** A slot that moved shows by itself; a master that died shows only by asking the others. */
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    private final List<RedisEndpoint> seeds;
    private final NodeQuestions questions;
    private final Timing timing;
    private final Duration limit;
    private final AtomicReference<@Nullable CompletableFuture<Slots>> underWay = new AtomicReference<>();
    private final Set<Consumer<Slots>> listeners = ConcurrentHashMap.newKeySet();
    private final Set<KeyTracking> trackings = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Slots slots;
    private volatile @Nullable Disposable timer;
    private volatile boolean failed;
    private volatile boolean stopped;

    /** @param limit of one question to one node */
    ClusterView(List<RedisEndpoint> seeds, NodeQuestions questions, Timing timing, Duration limit) {
        this.seeds = List.copyOf(seeds);
        this.questions = questions;
        this.timing = timing;
        this.limit = limit;
    }

    /** What was heard last, or null. */
    @Nullable
    Slots known() {
        return slots;
    }

    boolean isDown() {
        return failed;
    }

    void listen(Consumer<Slots> listener) {
        listeners.add(listener);
    }

    void forget(Consumer<Slots> listener) {
        listeners.remove(listener);
    }

    /** Tells who tracks keys of every change among the masters. */
    void tell(KeyTracking tracking) {
        trackings.add(tracking);
        refresh().whenComplete((heard, error) -> {
            if (heard != null) {
                tracking.follow(Set.copyOf(heard.masters()));
            }
        });
    }

    /** A command on these keys went elsewhere than to the master that is known for them. */
    void redirected(List<String> keys) {
        trackings.forEach(tracking -> keys.forEach(tracking::redirected));
    }

    /** Asks now, or joins those who wait already. */
    CompletionStage<Slots> refresh() {
        CompletableFuture<Slots> present = underWay.get();
        if (present != null) {
            return present;
        }
        CompletableFuture<Slots> mine = new CompletableFuture<>();
        if (!underWay.compareAndSet(null, mine)) {
            return refresh();
        }
        CompletableFuture<Slots> answer = new CompletableFuture<>();
        // what is known changes before anybody is told, or who is told would ask again at once
        answer.whenComplete((heard, error) -> {
            failed = error != null;
            if (heard != null) {
                // first of all, or something could be read from a master whose changes nobody hears of
                trackings.forEach(tracking -> tracking.follow(Set.copyOf(heard.masters())));
                slots = heard;
            }
            underWay.set(null);
            refreshLater();
            if (heard != null) {
                listeners.forEach(listener -> listener.accept(heard));
                mine.complete(heard);
            } else {
                mine.completeExceptionally(error);
            }
        });
        List<RedisEndpoint> nodes = nodes();
        ask(nodes, 0, limit, answer);
        return mine;
    }

    /** Known masters before seeds, and not always the same first. */
    private List<RedisEndpoint> nodes() {
        Set<RedisEndpoint> nodes = new LinkedHashSet<>();
        Slots present = slots;
        if (present != null) {
            List<RedisEndpoint> masters = present.masters();
            int start = (int) (timing.random().getAsDouble() * masters.size());
            for (int i = 0; i < masters.size(); i++) {
                nodes.add(masters.get((start + i) % masters.size()));
            }
        }
        nodes.addAll(seeds);
        return new ArrayList<>(nodes);
    }

    private void ask(List<RedisEndpoint> nodes, int index, Duration each, CompletableFuture<Slots> result) {
        RedisEndpoint node = nodes.get(index);
        questions
                .ask(node, each, RedisCommand.about(Command.CLUSTER, null).with("SLOTS"))
                .thenApply(reply -> slotsOf(reply, node))
                .whenComplete((heard, error) -> {
                    if (heard != null) {
                        result.complete(heard);
                    } else if (index + 1 < nodes.size()) {
                        ask(nodes, index + 1, each, result);
                    } else {
                        result.completeExceptionally(Failures.unwrapped(error));
                    }
                });
    }

    private static Slots slotsOf(Response reply, RedisEndpoint node) {
        Slots heard = Slots.of(reply, node);
        if (heard.masters().isEmpty()) {
            throw new IllegalStateException("node " + node + " knows of no slots");
        }
        return heard;
    }

    private void refreshLater() {
        if (!stopped) {
            Disposable before = timer;
            if (before != null) {
                before.dispose();
            }
            timer = timing.after(timing.jitter(INTERVAL, 0.2), () -> {
                if (!stopped) {
                    CompletionStage<Slots> ignored = refresh();
                }
            });
        }
    }

    /** Any master: messages reach subscribers on every node. */
    @Override
    public CompletionStage<RedisEndpoint> locate(Duration patience) {
        return refresh().thenApply(heard -> heard.masters()
                .get((int) (timing.random().getAsDouble() * heard.masters().size())));
    }

    void stop() {
        stopped = true;
        Disposable waiting = timer;
        if (waiting != null) {
            waiting.dispose();
        }
    }
}
