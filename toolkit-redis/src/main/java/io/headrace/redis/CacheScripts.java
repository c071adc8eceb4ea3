package io.headrace.redis;

/**
 * The steps of a cache that must happen at once. KEYS[1] is the entry, or the generation of the cache; times are those of
 * the server. See {@link CacheEntry} for the bytes.
 */
final class CacheScripts {

    static final int DENIED = 0;
    static final int GRANTED = 1;
    static final int ANSWERED = 2;

    private static final String PARTS =
            """
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            local none = string.rep('\\0', 12)
            local head = redis.call('GETRANGE', KEYS[1], 0, 41)
            local known = #head == 42 and string.byte(head, 1) == 1
            local kind, generation, leased, token = 0, 0, 0, none
            if known then
              kind = string.byte(head, 2)
              generation, leased = struct.unpack('>I8I8', head, 15)
              token = string.sub(head, 31, 42)
            end
            local function header(newKind, fresh, cost, newGeneration, lease, newToken)
              return struct.pack('>BBI8I4I8I8', 1, newKind, fresh, cost, newGeneration, lease) .. newToken
            end
            """;

    /**
     * ARGV: generation, token, lease in ms, mode, token to replace. Modes: fill (only if there is no answer), refresh (the
     * answer stays meanwhile), replace (the answer is of no use), take (also from whoever holds the token to replace).
     * Returns what became of it, the time, and the token that holds the lease or the answer. Who asks again with the token that
     * holds it is granted it again, as after a reply that was lost.
     */
    static final Script LEASE = Script.repeatable(
            PARTS
                    + """
            local mode, mine = ARGV[4], tonumber(ARGV[1])
            local current = known and generation >= mine
            local held = current and token ~= none and leased > now
            if current and kind > 0 and (mode == 'fill' or mode == 'take') then
              return {2, now, redis.call('GET', KEYS[1])}
            end
            if held and token == ARGV[2] then return {1, now, token} end
            if held and not (mode == 'take' and token == ARGV[5]) then return {0, now, token} end
            local lease = now + tonumber(ARGV[3])
            if current and kind > 0 and mode == 'refresh' then
              redis.call('SETRANGE', KEYS[1], 22, struct.pack('>I8', lease) .. ARGV[2])
            else
              redis.call('SET', KEYS[1], header(0, 0, 0, mine, lease, ARGV[2]), 'PX', ARGV[3])
            end
            return {1, now, ARGV[2]}
            """);

    /**
     * ARGV: token, kind, fresh for so many ms, cost in ms, time to live in ms, payload. Accepted only from the holder, and once: a
     * repetition counts as rejected.
     */
    static final Script FILL = Script.repeatable(
            PARTS
                    + """
            if token ~= ARGV[1] then return {0, now} end
            local fresh = now + tonumber(ARGV[3])
            redis.call('SET', KEYS[1], header(tonumber(ARGV[2]), fresh, tonumber(ARGV[4]), generation, 0, none) .. ARGV[6],
              'PX', ARGV[5])
            return {1, now}
            """);

    /** ARGV: token, 1 to remove the answer too. */
    static final Script RELEASE = Script.repeatable(
            PARTS
                    + """
            if token ~= ARGV[1] then return {0, now} end
            if kind == 0 or ARGV[2] == '1' then
              redis.call('UNLINK', KEYS[1])
            else
              redis.call('SETRANGE', KEYS[1], 22, string.rep('\\0', 20))
            end
            return {1, now}
            """);

    /**
     * ARGV: generation, fresh for so many ms, time to live in ms, payload. Whoever holds a lease loses it. Not to be repeated:
     * the second time it would undo an invalidation that came in between.
     */
    static final Script PUT = new Script(
            PARTS
                    + """
            redis.call('SET', KEYS[1], header(1, now + tonumber(ARGV[2]), 0, tonumber(ARGV[1]), 0, none) .. ARGV[4],
              'PX', ARGV[3])
            return {1, now}
            """);

    /*
     * Generations are microseconds of the server, so that one that was evicted does not come back as an earlier one, which
     * would revive what it had invalidated.
     */
    private static final String MICROS =
            """
            local time = redis.call('TIME')
            local micros = time[1] * 1000000 + time[2]
            local found = tonumber(redis.call('GET', KEYS[1]) or '0')
            """;

    /** Returns the generation, which is made when there is none. */
    static final Script GENERATION = Script.repeatable(
            MICROS
                    + """
            if found > 0 then return found end
            redis.call('SET', KEYS[1], string.format('%.0f', micros))
            return micros
            """);

    /** Returns the generation that begins now. */
    static final Script NEXT_GENERATION = Script.repeatable(
            MICROS
                    + """
            local next = math.max(found + 1, micros)
            redis.call('SET', KEYS[1], string.format('%.0f', next))
            return next
            """);

    private CacheScripts() {}
}
