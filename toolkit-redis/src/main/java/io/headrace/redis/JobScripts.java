package io.headrace.redis;

/**
 * The steps of a job queue that must happen at once. KEYS are always the stream, the delayed set and the dead letters;
 * times are those of the server.
 */
final class JobScripts {

    /*
     * A stream entry has the fields a (attempt), i (id of the job; absent in its first entry, whose own id it is) and p
     * (payload). A member of the delayed set is i:a:p.
     */

    private static final String OWNED =
            """
            local stream, delayed, dead = KEYS[1], KEYS[2], KEYS[3]
            local group, consumer = ARGV[1], ARGV[2]
            local function owned(id)
              local pending = redis.pcall('XPENDING', stream, group, id, id, 1, consumer)
              return not pending.err and #pending == 1
            end
            """;

    private static final String ENTRY =
            """
            local function payload(id)
              local found = redis.call('XRANGE', stream, id, id)
              if #found == 0 then return false end
              local fields = found[1][2]
              for n = 1, #fields, 2 do
                if fields[n] == 'p' then return fields[n + 1] end
              end
              return false
            end
            local function remove(id)
              redis.call('XACK', stream, group, id)
              redis.call('XDEL', stream, id)
            end
            """;

    private static final String NOW =
            """
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            """;

    /** ARGV: group, consumer, entry. */
    static final Script DONE = new Script(
            OWNED + ENTRY
                    + """
            if not owned(ARGV[3]) then return 0 end
            remove(ARGV[3])
            return 1
            """);

    /** ARGV: group, consumer, entry, job, next attempt, delay in ms. */
    static final Script RETRY = new Script(
            OWNED + ENTRY + NOW
                    + """
            if not owned(ARGV[3]) then return 0 end
            local body = payload(ARGV[3])
            if body then
              local due = string.format('%.0f', now + tonumber(ARGV[6]))
              redis.call('ZADD', delayed, due, ARGV[4] .. ':' .. ARGV[5] .. ':' .. body)
            end
            remove(ARGV[3])
            return 1
            """);

    /** ARGV: group, consumer, entry, job, attempt, error, limit of dead letters. */
    static final Script DEAD = new Script(
            OWNED + ENTRY
                    + """
            if not owned(ARGV[3]) then return 0 end
            local body = payload(ARGV[3])
            if body then
              redis.call('XADD', dead, 'MAXLEN', '~', ARGV[7], '*', 'a', ARGV[5], 'i', ARGV[4], 'e', ARGV[6], 'p', body)
            end
            remove(ARGV[3])
            return 1
            """);

    /** ARGV: group, consumer, entry, job, attempt. */
    static final Script RELEASE = new Script(
            OWNED + ENTRY
                    + """
            if not owned(ARGV[3]) then return 0 end
            local body = payload(ARGV[3])
            if body then
              redis.call('XADD', stream, '*', 'a', ARGV[5], 'i', ARGV[4], 'p', body)
            end
            remove(ARGV[3])
            return 1
            """);

    /** ARGV: group, consumer, entries. Returns those that are lost. */
    static final Script EXTEND = new Script(
            OWNED
                    + """
            local lost = {}
            for n = 3, #ARGV do
              if owned(ARGV[n]) then
                redis.call('XCLAIM', stream, group, consumer, 0, ARGV[n], 'JUSTID')
              else
                lost[#lost + 1] = ARGV[n]
              end
            end
            return lost
            """);

    /** ARGV: group, consumer, idle time in ms, count, cursor. Returns the next cursor and {entry, fields, deliveries}. */
    static final Script TAKE_OVER = new Script(
            OWNED
                    + """
            local claimed = redis.call('XAUTOCLAIM', stream, group, consumer, ARGV[3], ARGV[5], 'COUNT', ARGV[4])
            local jobs = {}
            for n = 1, #claimed[2] do
              local entry = claimed[2][n]
              if entry and entry[1] and entry[2] then
                local pending = redis.call('XPENDING', stream, group, entry[1], entry[1], 1)
                jobs[#jobs + 1] = {entry[1], entry[2], pending[1] and pending[1][4] or 1}
              end
            end
            return {claimed[1], jobs}
            """);

    /** ARGV: group, consumer, limit. Returns the ms until the next job is due, or -1 when none is delayed. */
    static final Script PROMOTE = new Script(
            OWNED + NOW
                    + """
            local due = redis.call('ZRANGEBYSCORE', delayed, '-inf', string.format('%.0f', now), 'LIMIT', 0, ARGV[3])
            for _, member in ipairs(due) do
              local first = string.find(member, ':', 1, true)
              local second = string.find(member, ':', first + 1, true)
              redis.call('XADD', stream, '*', 'a', string.sub(member, first + 1, second - 1),
                'i', string.sub(member, 1, first - 1), 'p', string.sub(member, second + 1))
              redis.call('ZREM', delayed, member)
            end
            local next = redis.call('ZRANGE', delayed, 0, 0, 'WITHSCORES')
            if #next == 0 then return -1 end
            return math.max(0, tonumber(next[2]) - now)
            """);

    /** ARGV: group, consumer. A consumer is only removed when it holds nothing: its jobs would be lost with it. */
    static final Script LEAVE = new Script(
            OWNED
                    + """
            local pending = redis.pcall('XPENDING', stream, group, '-', '+', 1, consumer)
            if not pending.err and #pending == 0 then redis.call('XGROUP', 'DELCONSUMER', stream, group, consumer) end
            return 1
            """);

    /** ARGV: group, consumer. Returns waiting, delayed, in flight and dead. */
    static final Script COUNT = new Script(
            OWNED
                    + """
            local pending = redis.pcall('XPENDING', stream, group)
            local leased = pending.err and 0 or pending[1]
            return {math.max(0, redis.call('XLEN', stream) - leased), redis.call('ZCARD', delayed), leased,
              redis.call('XLEN', dead)}
            """);

    private JobScripts() {}
}
