package io.headrace.redis;

/**
 * The steps of a job queue that must happen at once. KEYS are those of {@link JobKeys#all()}, perhaps with more behind
 * them; every time is the server's.
 */
final class JobScripts {

    static final String GROUP = "workers";

    /** How many keys stand in front of those that only one script has. */
    static final int KEYS = 9;

    /*
     * A stream entry has the fields p (payload), and where they are not implied: i (id of the job, else the id of the entry
     * and the letter of its stream), a (attempt, else 1), m (limit of attempts), h (headers). A member of the delayed set
     * is a packed list: the level, then the fields. `meta` holds totals, and a ring of seven slots of 10 s for rates.
     */
    static final String PRELUDE =
            """
            local streams = {KEYS[1], KEYS[2], KEYS[3]}
            local delayed, dead, meta, wake, progress, leases = KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8], KEYS[9]
            local group = 'workers'
            local letters = {'h', 'n', 'l'}
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            local function text(number) return string.format('%.0f', number) end
            local function count(what, number)
              if number == 0 then return end
              local tick = math.floor(now / 10000)
              local slot = text(tick % 7)
              if redis.call('HGET', meta, 'tick' .. slot) ~= text(tick) then
                redis.call('HDEL', meta, 'enqueued' .. slot, 'done' .. slot, 'failed' .. slot, 'dead' .. slot)
                redis.call('HSET', meta, 'tick' .. slot, text(tick))
              end
              redis.call('HINCRBY', meta, what, number)
              redis.call('HINCRBY', meta, what .. slot, number)
            end
            local function rouse() redis.call('XADD', wake, 'MAXLEN', 1, '*', 'w', '1') end
            local function later(due, level, fields)
              local first = redis.call('ZRANGE', delayed, 0, 0, 'WITHSCORES')
              table.insert(fields, 1, text(level))
              redis.call('ZADD', delayed, text(due), cmsgpack.pack(fields))
              if not first[2] or due < tonumber(first[2]) then rouse() end
            end
            local function fail(reply)
              return redis.error_reply(reply.err or tostring(reply))
            end
            """;

    /**
     * ARGV: groups of {number of jobs, level, mode of time, time, attempts, index of the unique key, period, headers,
     * payload…}. The mode is n for now, d for a delay in ms and t for a moment. Returns the ids.
     */
    static final Script ENQUEUE = new Script(
            PRELUDE
                    + """
            local ids, added, n = {}, 0, 1
            while n <= #ARGV do
              local jobs, level, mode, when = tonumber(ARGV[n]), tonumber(ARGV[n + 1]), ARGV[n + 2], tonumber(ARGV[n + 3])
              local attempts, unique, period, headers = ARGV[n + 4], tonumber(ARGV[n + 5]), ARGV[n + 6], ARGV[n + 7]
              local key = unique > 0 and KEYS[9 + unique]
              local due = mode == 'd' and now + when or when
              n = n + 8
              for _ = 1, jobs do
                local payload = ARGV[n]
                n = n + 1
                local id = key and redis.call('GET', key)
                if not id then
                  if mode ~= 'n' and due > now then
                    id = text(now) .. '-' .. text(redis.call('HINCRBY', meta, 'sequence', 1)) .. 'd'
                    local fields = {'i', id, 'p', payload}
                    if attempts ~= '0' then fields[#fields + 1] = 'm' fields[#fields + 1] = attempts end
                    if headers ~= '' then fields[#fields + 1] = 'h' fields[#fields + 1] = headers end
                    later(due, level, fields)
                  elseif attempts == '0' and headers == '' then
                    id = redis.call('XADD', streams[level], '*', 'p', payload) .. letters[level]
                  else
                    id = redis.call('XADD', streams[level], '*', 'p', payload, 'm', attempts, 'h', headers) .. letters[level]
                  end
                  if key then redis.call('SET', key, id, 'PX', period) end
                  added = added + 1
                end
                ids[#ids + 1] = id
              end
            end
            count('enqueued', added)
            return ids
            """);

    /** Returns now, flags, counts, the oldest waiting job's time and what {@code meta} holds. */
    static final Script COUNT = new Script(
            PRELUDE
                    + """
            local waiting, held, oldest = 0, 0, now
            for level = 1, 3 do
              local length = redis.call('XLEN', streams[level])
              if length > 0 then
                local pending = redis.pcall('XPENDING', streams[level], group)
                local mine = pending.err and 0 or pending[1]
                held = held + mine
                if length > mine then
                  waiting = waiting + length - mine
                  local from = '-'
                  local groups = redis.call('XINFO', 'GROUPS', streams[level])
                  for _, fields in ipairs(groups) do
                    for f = 1, #fields, 2 do
                      if fields[f] == 'last-delivered-id' then from = '(' .. fields[f + 1] end
                    end
                  end
                  local first = redis.call('XRANGE', streams[level], from, '+', 'COUNT', 1)
                  if first[1] then oldest = math.min(oldest, tonumber(string.match(first[1][1], '^%d+'))) end
                end
              end
            end
            return {text(now), text(waiting), redis.call('ZCARD', delayed), text(held), redis.call('XLEN', dead),
              text(now - oldest), redis.call('HGETALL', meta)}
            """);

    /** ARGV: 1 to pause, 0 to go on. */
    static final Script PAUSE = new Script(
            PRELUDE
                    + """
            if ARGV[1] == '1' then redis.call('HSET', meta, 'paused', 1) else redis.call('HDEL', meta, 'paused') end
            rouse()
            return 1
            """);

    /** ARGV: limit, and entries of dead letters or nothing for the oldest. Returns how many went back, as new. */
    static final Script REQUEUE = new Script(
            PRELUDE
                    + """
            local found = {}
            if #ARGV == 1 then
              found = redis.call('XRANGE', dead, '-', '+', 'COUNT', ARGV[1])
            else
              for n = 2, #ARGV do
                found[#found + 1] = redis.call('XRANGE', dead, ARGV[n], ARGV[n])[1]
              end
            end
            for _, letter in ipairs(found) do
              local level, fields = 2, {}
              for f = 1, #letter[2], 2 do
                local name, value = letter[2][f], letter[2][f + 1]
                if name == 'l' then level = tonumber(value) end
                if name == 'i' or name == 'm' or name == 'h' or name == 'p' then
                  fields[#fields + 1] = name
                  fields[#fields + 1] = value
                end
              end
              redis.call('XADD', streams[level], '*', unpack(fields))
              redis.call('XDEL', dead, letter[1])
            end
            return #found
            """);

    /** Returns how many dead letters were thrown away. */
    static final Script PURGE = new Script(
            PRELUDE
                    + """
            local length = redis.call('XLEN', dead)
            redis.call('UNLINK', dead)
            return length
            """);

    /**
     * For a recurring job. KEYS: also the hash of what was done. ARGV: name, moment or nothing, level, attempts, headers,
     * payload. Without a moment it only returns {now, last or -1}; with one it adds a job, unless the moment is ahead or a job
     * was added since, and returns {now, last, id or nothing}.
     */
    static final Script RECUR = new Script(
            PRELUDE
                    + """
            local known = redis.call('HGET', KEYS[10], ARGV[1])
            if #ARGV == 1 then
              return {text(now), known or '-1'}
            end
            local moment, level = tonumber(ARGV[2]), tonumber(ARGV[3])
            if moment > now or (known and tonumber(known) >= moment) then return {text(now), known or '-1'} end
            local id = redis.call('XADD', streams[level], '*', 'p', ARGV[6], 'm', ARGV[4], 'h', ARGV[5]) .. letters[level]
            redis.call('HSET', KEYS[10], ARGV[1], text(now))
            count('enqueued', 1)
            return {text(now), text(now), id}
            """);

    private JobScripts() {}
}
