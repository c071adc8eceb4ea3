package io.headrace.redis;

/** The scripts by which consumers take, keep and give back jobs; see {@link JobScripts} for keys and layout. */
final class JobLeaseScripts {

    private static final String OWNED =
            """
            local function owned(level, id, consumer)
              local pending = redis.pcall('XPENDING', streams[level], group, id, id, 1, consumer)
              return not pending.err and #pending == 1
            end
            local function all_owned(level, consumer)
              local mine = {}
              local pending = redis.pcall('XPENDING', streams[level], group, '-', '+', 100000, consumer)
              if not pending.err then
                for _, entry in ipairs(pending) do mine[entry[1]] = true end
              end
              return mine
            end
            """;

    /**
     * ARGV: consumer, its lease in ms, how many jobs at most, 1 to look for lost leases, 1 when a job that was lost twice may
     * be among them, the limit of deliveries. Moves due jobs into their streams first. Returns {now, 1 when paused, ms until
     * the next delayed job or -1, fencing number of the first job, jobs, where to wait}. A job is {level, entry, fields,
     * deliveries}.
     */
    static final Script FETCH = new Script(
            JobScripts.PRELUDE
                    + """
            local consumer, lease, want = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
            local alone, limit = ARGV[5] == '1', tonumber(ARGV[6])
            local due = redis.call('ZRANGEBYSCORE', delayed, '-inf', text(now), 'LIMIT', 0, 128)
            for _, member in ipairs(due) do
              local fields = cmsgpack.unpack(member)
              local level = tonumber(table.remove(fields, 1))
              redis.call('XADD', streams[level], '*', unpack(fields))
              redis.call('ZREM', delayed, member)
            end
            local first = redis.call('ZRANGE', delayed, 0, 0, 'WITHSCORES')
            local next = first[2] and math.max(0, tonumber(first[2]) - now) or -1
            local paused = redis.call('HEXISTS', meta, 'paused')
            local jobs = {}
            if redis.call('HGET', leases, consumer) ~= ARGV[2] then redis.call('HSET', leases, consumer, ARGV[2]) end

            local function reap(level)
              local shortest = lease
              for _, other in ipairs(redis.call('HVALS', leases)) do shortest = math.min(shortest, tonumber(other)) end
              local from = '-'
              for page = 1, 20 do
                local late = redis.pcall('XPENDING', streams[level], group, 'IDLE', text(shortest), from, '+', 100)
                if late.err then return end
                for _, entry in ipairs(late) do
                  if #jobs >= want then return end
                  local id, deliveries = entry[1], tonumber(entry[4])
                  local allowed = tonumber(redis.call('HGET', leases, entry[2]) or lease)
                  local suspect = deliveries >= 2 and deliveries < limit
                  if tonumber(entry[3]) >= allowed and (alone or not suspect) then
                    local claimed = redis.call('XCLAIM', streams[level], group, consumer, 0, id)
                    if claimed[1] and claimed[1][2] then
                      jobs[#jobs + 1] = {level, id, claimed[1][2], deliveries + 1}
                      if suspect then alone = false end
                    else
                      redis.call('XACK', streams[level], group, id)
                    end
                  end
                end
                if #late < 100 then return end
                from = '(' .. late[#late][1]
              end
            end

            local function read(level)
              local reply = redis.pcall('XREADGROUP', 'GROUP', group, consumer, 'COUNT', text(want - #jobs),
                'STREAMS', streams[level], '>')
              if reply and reply.err then
                if string.sub(reply.err, 1, 7) ~= 'NOGROUP' then return reply end
                redis.call('XGROUP', 'CREATE', streams[level], group, '0', 'MKSTREAM')
                return read(level)
              end
              if reply and reply[1] then
                for _, entry in ipairs(reply[1][2]) do jobs[#jobs + 1] = {level, entry[1], entry[2], 1} end
              end
            end

            if paused == 0 then
              if ARGV[4] == '1' then
                for level = 1, 3 do reap(level) end
              end
              for level = 1, 3 do
                if #jobs < want then
                  local failed = read(level)
                  if failed then return fail(failed) end
                end
              end
            end

            local fence = math.max(tonumber(redis.call('HGET', meta, 'fence') or 0) + 1, now * 1000)
            local places = {}
            if #jobs > 0 then
              redis.call('HSET', meta, 'fence', text(fence + #jobs))
            else
              for level = 1, 3 do
                places[level] = '0-0'
                local groups = redis.pcall('XINFO', 'GROUPS', streams[level])
                for _, fields in ipairs(groups.err and {} or groups) do
                  for f = 1, #fields, 2 do
                    if fields[f] == 'last-delivered-id' then places[level] = fields[f + 1] end
                  end
                end
              end
              local woken = redis.call('XREVRANGE', wake, '+', '-', 'COUNT', 1)
              places[4] = woken[1] and woken[1][1] or '0-0'
            end
            return {text(now), paused, text(next), text(fence), jobs, places}
            """);

    /**
     * ARGV: consumer, then for each job a letter and what belongs to it: d level entry (done), r level entry attempt delay
     * (again later), x level entry job attempt deliveries error limit (dead), h level entry attempt (handed back). Returns 1
     * or 0 for each, 0 when the consumer does not hold it.
     */
    static final Script SETTLE = new Script(
            JobScripts.PRELUDE
                    + OWNED
                    + """
            local consumer = ARGV[1]
            local results, n, place = {}, 2, 0
            local finished = {{}, {}, {}}
            local again, buried, ended = 0, 0, {}
            local function job(level, id)
              local found = redis.call('XRANGE', streams[level], id, id)
              if not found[1] then return nil end
              local fields, name = {}, id .. letters[level]
              for f = 1, #found[1][2], 2 do
                local key, value = found[1][2][f], found[1][2][f + 1]
                if key == 'i' then
                  name = value
                elseif key ~= 'a' then
                  fields[#fields + 1] = key
                  fields[#fields + 1] = value
                end
              end
              fields[#fields + 1] = 'i'
              fields[#fields + 1] = name
              return fields
            end
            local function remove(level, id)
              redis.call('XACK', streams[level], group, id)
              redis.call('XDEL', streams[level], id)
            end
            while n <= #ARGV do
              local kind, level, id = ARGV[n], tonumber(ARGV[n + 1]), ARGV[n + 2]
              place = place + 1
              if kind == 'd' then
                ended[#ended + 1] = ARGV[n + 3]
                local mine = finished[level]
                mine[#mine + 1] = {id, place}
                n = n + 4
              else
                local size = kind == 'r' and 5 or kind == 'x' and 8 or 4
                results[place] = 0
                if owned(level, id, consumer) then
                  results[place] = 1
                  local fields = job(level, id)
                  if fields and kind == 'r' then
                    again = again + 1
                    fields[#fields + 1] = 'a'
                    fields[#fields + 1] = ARGV[n + 3]
                    later(now + tonumber(ARGV[n + 4]), level, fields)
                  elseif fields and kind == 'h' then
                    fields[#fields + 1] = 'a'
                    fields[#fields + 1] = ARGV[n + 3]
                    redis.call('XADD', streams[level], '*', unpack(fields))
                  elseif fields then
                    buried = buried + 1
                    ended[#ended + 1] = ARGV[n + 3]
                    redis.call('XADD', dead, 'MAXLEN', '~', ARGV[n + 7], '*', 'l', text(level), 'a', ARGV[n + 4],
                      'd', ARGV[n + 5], 'e', ARGV[n + 6], unpack(fields))
                  end
                  remove(level, id)
                end
                n = n + size
              end
            end
            local done = 0
            for level = 1, 3 do
              local all = finished[level]
              local mine = #all > 4 and all_owned(level, consumer)
              local ids = {}
              for _, entry in ipairs(all) do
                local held = mine and mine[entry[1]]
                if not mine then held = owned(level, entry[1], consumer) end
                results[entry[2]] = held and 1 or 0
                if held then ids[#ids + 1] = entry[1] end
              end
              if #ids > 0 then
                redis.call('XACK', streams[level], group, unpack(ids))
                redis.call('XDEL', streams[level], unpack(ids))
                done = done + #ids
              end
            end
            if #ended > 0 and redis.call('EXISTS', progress) == 1 then redis.call('HDEL', progress, unpack(ended)) end
            count('done', done)
            count('failed', again + buried)
            count('dead', buried)
            return results
            """);

    /** ARGV: consumer, then level and entry of each job. Returns 1 or 0 for each, 0 when the consumer does not hold it. */
    static final Script EXTEND = new Script(
            JobScripts.PRELUDE
                    + OWNED
                    + """
            local consumer, results, mine, ids = ARGV[1], {}, {}, {{}, {}, {}}
            for n = 2, #ARGV, 2 do
              local level, id = tonumber(ARGV[n]), ARGV[n + 1]
              mine[level] = mine[level] or all_owned(level, consumer)
              local held = mine[level][id]
              results[#results + 1] = held and 1 or 0
              if held then ids[level][#ids[level] + 1] = id end
            end
            for level = 1, 3 do
              if #ids[level] > 0 then
                local command = {'XCLAIM', streams[level], group, consumer, 0}
                for _, id in ipairs(ids[level]) do command[#command + 1] = id end
                command[#command + 1] = 'JUSTID'
                redis.call(unpack(command))
              end
            end
            return results
            """);

    /**
     * ARGV: consumer, idle time in ms. Removes the consumer, and others that have been idle for so long, each only when it
     * holds nothing: its jobs would be lost with it.
     */
    static final Script LEAVE = new Script(
            JobScripts.PRELUDE
                    + """
            local holds, seen = {}, {}
            for level = 1, 3 do
              local found = redis.pcall('XINFO', 'CONSUMERS', streams[level], group)
              for _, fields in ipairs(found.err and {} or found) do
                local name, pending, idle = '', 0, 0
                for f = 1, #fields, 2 do
                  if fields[f] == 'name' then name = fields[f + 1] end
                  if fields[f] == 'pending' then pending = tonumber(fields[f + 1]) end
                  if fields[f] == 'idle' then idle = tonumber(fields[f + 1]) end
                end
                if pending > 0 then
                  holds[name] = true
                elseif name == ARGV[1] or idle >= tonumber(ARGV[2]) then
                  redis.call('XGROUP', 'DELCONSUMER', streams[level], group, name)
                  seen[name] = true
                else
                  holds[name] = true
                end
              end
            end
            for name in pairs(seen) do
              if not holds[name] then redis.call('HDEL', leases, name) end
            end
            return 1
            """);

    private JobLeaseScripts() {}
}
