package io.headrace.redis;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.MultiType;
import io.vertx.redis.client.impl.types.NumberType;
import io.vertx.redis.client.impl.types.SimpleStringType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Commands on a list of keys, which a cluster takes only where all keys are of one slot: apart by slot, and together again. */
final class KeyList {

    /**
     * A part for one slot.
     *
     * @param command on the keys of that slot
     * @param positions of the keys in the whole
     */
    record Part(RedisCommand command, List<Integer> positions) {}

    private KeyList() {}

    // by identity, for this is asked of every command
    @SuppressWarnings("ReferenceEquality")
    static boolean takes(Command command) {
        return command == Command.MGET
                || command == Command.MSET
                || command == Command.UNLINK
                || command == Command.DEL
                || command == Command.EXISTS
                || command == Command.TOUCH;
    }

    /** The parts by slot, one for each. */
    static List<Part> parts(RedisCommand whole, List<Object> arguments) {
        Command command = whole.request().command();
        int step = command.equals(Command.MSET) ? 2 : 1;
        Map<Integer, Part> parts = new TreeMap<>();
        for (int i = 0; i + step <= arguments.size(); i += step) {
            String key = (String) arguments.get(i);
            Part part = parts.computeIfAbsent(
                    Slots.of(key),
                    slot -> new Part(RedisCommand.about(command, key).like(whole), new ArrayList<>()));
            part.positions().add(i / step);
            RedisCommand withKey = part.command().with(key);
            if (step == 2) {
                Object value = arguments.get(i + 1);
                RedisCommand ignored =
                        value instanceof byte[] bytes ? withKey.with(bytes) : withKey.with((String) value);
            }
        }
        return List.copyOf(parts.values());
    }

    /** One reply of the replies to the parts, in their order. */
    static Response joined(RedisCommand whole, List<Part> parts, List<Response> replies) {
        Command command = whole.request().command();
        if (command.equals(Command.MSET)) {
            return SimpleStringType.OK;
        }
        if (!command.equals(Command.MGET)) {
            return NumberType.create(replies.stream().mapToLong(Replies::number).sum());
        }
        int size = parts.stream().mapToInt(part -> part.positions().size()).sum();
        @Nullable Response[] values = new Response[size];
        for (int i = 0; i < parts.size(); i++) {
            List<Integer> positions = parts.get(i).positions();
            for (int j = 0; j < positions.size(); j++) {
                values[positions.get(j)] = replies.get(i).get(j);
            }
        }
        MultiType joined = MultiType.create(size, false);
        for (Response value : values) {
            joined.add(value);
        }
        return joined;
    }
}
