package io.headrace.redis;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.headrace.test.RedisServer;
import io.headrace.test.TestRedis;
import io.headrace.test.TestServerException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A real cluster of three masters, each with a third of the slots. */
final class ClusterServers implements AutoCloseable {

    private static final int MASTERS = 3;

    private final List<RedisServer> servers = new ArrayList<>();

    ClusterServers() {
        for (int i = 0; i < MASTERS; i++) {
            add();
            int first = i * Slots.COUNT / MASTERS;
            int next = (i + 1) * Slots.COUNT / MASTERS;
            List<String> words = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
            IntStream.range(first, next).mapToObj(Integer::toString).forEach(words::add);
            on(i, words.toArray(String[]::new));
            on(i, "CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
        }
        for (int i = 1; i < MASTERS; i++) {
            on(0, "CLUSTER", "MEET", "127.0.0.1", port(i));
        }
        for (int i = 0; i < MASTERS; i++) {
            int node = i;
            Eventually.until(
                    "node " + i + " knows all",
                    () -> info(node).contains("cluster_state:ok")
                            && info(node).contains("cluster_known_nodes:" + MASTERS));
        }
    }

    /** The bus of a node listens 10 000 ports above it, where a connection of anybody may sit by chance. */
    private void add() {
        for (int tries = 1; ; tries++) {
            try {
                servers.add(RedisServer.startWith(
                        "--cluster-enabled",
                        "yes",
                        "--cluster-node-timeout",
                        "1500",
                        "--repl-diskless-sync-delay",
                        "0"));
                return;
            } catch (TestServerException e) {
                if (tries == 5) {
                    throw e;
                }
            }
        }
    }

    /** Adds a replica of a master; gives its index. */
    int replicaOf(int master) {
        int index = servers.size();
        add();
        on(index, "CLUSTER", "MEET", "127.0.0.1", port(master));
        Eventually.until("the replica knows all", () -> info(index).contains("cluster_known_nodes:" + (index + 1)));
        on(index, "CLUSTER", "REPLICATE", id(master));
        Eventually.until("the replica follows", () -> String.join("\n", on(index, "ROLE"))
                .contains("connected"));
        Eventually.until("its master knows it", () -> String.join("\n", on(master, "ROLE"))
                .contains(port(index)));
        // Who has not heard of it, which may take a second, gives it no vote should its master die.
        String role = "slave " + id(master);
        for (int i = 0; i < index; i++) {
            int node = i;
            Eventually.until("node " + i + " knows the replica", () -> String.join("\n", on(node, "CLUSTER", "NODES"))
                    .lines()
                    .anyMatch(line -> line.contains(port(index)) && line.contains(role)));
        }
        return index;
    }

    RedisServer server(int index) {
        return servers.get(index);
    }

    @CanIgnoreReturnValue
    List<String> on(int index, String... words) {
        TestRedis node = servers.get(index).createKeyspace("x");
        return node.command(words);
    }

    String id(int index) {
        return on(index, "CLUSTER", "MYID").get(0);
    }

    String port(int index) {
        return Integer.toString(servers.get(index).port());
    }

    private String info(int index) {
        return String.join("\n", on(index, "CLUSTER", "INFO"));
    }

    /** Moves a slot with all its keys, in small steps, as an operator's tool does. */
    void move(int slot, int from, int to) {
        String number = Integer.toString(slot);
        on(to, "CLUSTER", "SETSLOT", number, "IMPORTING", id(from));
        on(from, "CLUSTER", "SETSLOT", number, "MIGRATING", id(to));
        List<String> keys = on(from, "CLUSTER", "GETKEYSINSLOT", number, "1");
        while (!keys.isEmpty()) {
            on(from, "MIGRATE", "127.0.0.1", port(to), keys.get(0), "0", "2000");
            keys = on(from, "CLUSTER", "GETKEYSINSLOT", number, "1");
        }
        on(to, "CLUSTER", "SETSLOT", number, "NODE", id(to));
        on(from, "CLUSTER", "SETSLOT", number, "NODE", id(to));
    }

    String url() {
        return "redis-cluster://"
                + servers.stream()
                        .limit(2)
                        .map(server -> server.host() + ":" + server.port())
                        .collect(Collectors.joining(","));
    }

    @Override
    public void close() {
        servers.forEach(RedisServer::close);
    }
}
