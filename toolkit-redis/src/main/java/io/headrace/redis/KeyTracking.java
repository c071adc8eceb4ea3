package io.headrace.redis;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Hears of every change of the keys with some prefixes, by {@code CLIENT TRACKING} in broadcast mode on a connection of its own
 * to each server that may have such keys. It says that it hears only while all of them are connected.
 */
final class KeyTracking {

    /*
     * State is guarded by this. The connections call on their event loop, the cluster's view on whatever thread has the
     * news. Single changes need no lock.
     */

    /** Called on any thread. */
    interface Listener {

        /** From now on every change is told. */
        void began();

        /** From now on changes may be missed. */
        void ended();

        void changed(String key);

        void allChanged();

        /** Every change before that moment, in the nanoseconds of {@link Timing}, has been told. */
        void proven(long moment);

        /** A server does not tell of changes; it is asked again. */
        void refused(Throwable error);
    }

    /** One server, and how far it has been heard. */
    private final class Tracked implements PushConnection.Listener {

        private final PushConnection connection;
        private boolean connected;
        private long provenAt;

        Tracked(RedisEndpoint server) {
            connection = opener.apply(server, this);
        }

        @Override
        public void connected() {
            synchronized (KeyTracking.this) {
                connected = true;
                provenAt = timing.nanos();
                update();
            }
        }

        @Override
        public void received(Response push) {
            if (!push.get(0).toString().equals("invalidate")) {
                return;
            }
            Response keys = push.get(1);
            if (keys == null) {
                listener.allChanged();
            } else {
                keys.forEach(key -> listener.changed(key.toString()));
            }
        }

        @Override
        public void proven(long moment) {
            synchronized (KeyTracking.this) {
                provenAt = moment;
                update();
            }
        }

        @Override
        public void lost() {
            synchronized (KeyTracking.this) {
                connected = false;
                update();
            }
        }

        @Override
        public void refused(Throwable error) {
            if (!told) {
                told = true;
                listener.refused(error);
            }
        }
    }

    private final BiFunction<RedisEndpoint, PushConnection.Listener, PushConnection> opener;
    private final Timing timing;
    private final Listener listener;
    private final Map<RedisEndpoint, Tracked> servers = new HashMap<>();
    private boolean hearing;
    private boolean closed;
    private volatile boolean told;

    /** @param opener makes a connection to a server on which {@link #setUp} is sent, and does not connect it yet */
    KeyTracking(
            BiFunction<RedisEndpoint, PushConnection.Listener, PushConnection> opener,
            Timing timing,
            Listener listener) {
        this.opener = opener;
        this.timing = timing;
        this.listener = listener;
    }

    static List<RedisCommand> setUp(List<String> prefixes) {
        RedisCommand command = RedisCommand.about(Command.CLIENT, null)
                .with("TRACKING")
                .with("ON")
                .with("BCAST");
        for (String prefix : prefixes) {
            command = command.with("PREFIX").with(prefix);
        }
        return List.of(command);
    }

    /** Takes these for all servers that may have such keys; to be told before anything is read from a new one. */
    synchronized void follow(Set<RedisEndpoint> present) {
        if (closed || servers.keySet().equals(present)) {
            return;
        }
        for (RedisEndpoint server : List.copyOf(servers.keySet())) {
            if (!present.contains(server)) {
                stop(servers.remove(server));
            }
        }
        for (RedisEndpoint server : present) {
            if (!servers.containsKey(server)) {
                Tracked tracked = new Tracked(server);
                servers.put(server, tracked);
                tracked.connection.start();
            }
        }
        update();
    }

    private static void stop(@Nullable Tracked tracked) {
        if (tracked != null) {
            tracked.connection.stop();
        }
    }

    private void update() {
        boolean all = !servers.isEmpty();
        long proven = Long.MAX_VALUE;
        for (Tracked tracked : servers.values()) {
            all &= tracked.connected;
            proven = Math.min(proven, tracked.provenAt);
        }
        if (all) {
            listener.proven(proven);
        }
        if (all != hearing) {
            hearing = all;
            if (all) {
                listener.began();
            } else {
                listener.ended();
            }
        }
    }

    /** A key was read elsewhere than expected, on a server that may not be followed yet. */
    void redirected(String key) {
        listener.changed(key);
    }

    Mono<Void> close() {
        return Mono.fromRunnable(() -> {
            List<Tracked> all;
            synchronized (this) {
                closed = true;
                all = new ArrayList<>(servers.values());
                servers.clear();
                update();
            }
            all.forEach(KeyTracking::stop);
        });
    }
}
