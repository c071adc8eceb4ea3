package io.headrace.redis;

import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which master of a cluster has which slot. Immutable. */
final class Slots {

    static final int COUNT = 16_384;

    /** The polynomial of CRC-16/XMODEM, which the cluster specification names. */
    private static final int POLYNOMIAL = 0x1021;

    private static final int[] TABLE = table();

    private final @Nullable RedisEndpoint[] bySlot;
    private final List<RedisEndpoint> masters;

    private Slots(@Nullable RedisEndpoint[] bySlot, Set<RedisEndpoint> masters) {
        this.bySlot = bySlot;
        this.masters = List.copyOf(masters);
    }

    /** Reads a reply to {@code CLUSTER SLOTS}; a node without an address is the one that was asked. */
    static Slots of(Response reply, RedisEndpoint asked) {
        @Nullable RedisEndpoint[] bySlot = new RedisEndpoint[COUNT];
        Set<RedisEndpoint> masters = new LinkedHashSet<>();
        for (Response range : reply) {
            Response node = range.get(2);
            Response name = node.get(0);
            String host = name == null || name.toString().isEmpty() ? asked.host() : name.toString();
            RedisEndpoint master = asked.sibling(host, (int) Replies.number(node.get(1)));
            masters.add(master);
            int last = (int) Replies.number(range.get(1));
            for (int slot = (int) Replies.number(range.get(0)); slot <= last; slot++) {
                bySlot[slot] = master;
            }
        }
        return new Slots(bySlot, masters);
    }

    /** Every master that has a slot. */
    List<RedisEndpoint> masters() {
        return masters;
    }

    /** The master of a slot, or null when nobody serves it. */
    @Nullable
    RedisEndpoint master(int slot) {
        return bySlot[slot];
    }

    /** The slot of a key: of the part between the first opening and the next closing brace, where that is not empty. */
    static int of(String key) {
        int open = key.indexOf('{');
        int close = open < 0 ? -1 : key.indexOf('}', open + 1);
        String hashed = close > open + 1 ? key.substring(open + 1, close) : key;
        int crc = 0;
        for (byte next : hashed.getBytes(StandardCharsets.UTF_8)) {
            crc = ((crc << 8) ^ TABLE[((crc >>> 8) ^ next) & 0xFF]) & 0xFFFF;
        }
        return crc % COUNT;
    }

    private static int[] table() {
        List<Integer> table = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
            int crc = i << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) == 0 ? crc << 1 : (crc << 1) ^ POLYNOMIAL;
            }
            table.add(crc & 0xFFFF);
        }
        return table.stream().mapToInt(Integer::intValue).toArray();
    }
}
