package io.headrace.redis;

/** The scripts by which consumers take, keep and give back jobs; see {@link JobScripts} for keys and layout. */
final class JobLeaseScripts {

    /*
     * One look at many entries costs a sixth of a look at each, as long as most of what it lists was asked for. Jobs mostly
     * end in the order in which they were taken, so the oldest are looked at first.
     */
    private static final String OWNED =
            """
            local function owned(level, id, consumer)
              local pending = redis.pcall('XPENDING', streams[level], group, id, id, 1, consumer)
              return not pending.err and #pending == 1
            end
            local function owned_of(level, ids, consumer)
              local mine, wanted, left, rows, from = {}, {}, 0, 0, '-'
              for _, id in ipairs(ids) do
                if not wanted[id] then left = left + 1 end
                wanted[id] = true
              end
              while left > 4 and rows < 6 * #ids do
                local page = redis.pcall('XPENDING', streams[level], group, from, '+', text(#ids + 8), consumer)
                if page.err then return mine end
                for _, entry in ipairs(page) do
                  if wanted[entry[1]] then
                    mine[entry[1]] = true
                    left = left - 1
                  end
                end
                if #page < #ids + 8 then return mine end
                rows = rows + #page
                from = '(' .. page[#page][1]
              end
              for _, id in ipairs(left > 0 and ids or {}) do
                if not mine[id] and owned(level, id, consumer) then mine[id] = true end
              end
              return mine
            end
            """;

    /**
     * ARGV: consumer, its lease in ms, how many jobs at most, 1 to look for lost leases, 1 when a job that was lost twice may
     * be among them, the limit of deliveries. Moves due jobs into their streams first. Returns {now, 1 when paused, ms until
     * the next delayed job or -1, fencing number of the first job, jobs that were lost, new jobs of each level, where to
     * wait, 1 when suspects and 2 when others that are lost were left behind}. A lost job is level, entry, deliveries,
     * content; a new one is entry, content. The content is the payload when there is nothing else, and all fields otherwise:
     * every value costs its conversion from and to Lua.
     */
    static final Script FETCH = new Script(
            JobScripts.PRELUDE
                    + """
            local consumer, lease, want = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
            local alone, limit = ARGV[5] == '1', tonumber(ARGV[6])
            local first = redis.call('ZRANGE', delayed, 0, 0, 'WITHSCORES')
            if first[2] and tonumber(first[2]) <= now then
              local due = redis.call('ZRANGEBYSCORE', delayed, '-inf', text(now), 'LIMIT', 0, 128)
              for _, member in ipairs(due) do
                local fields = cmsgpack.unpack(member)
                local level = tonumber(table.remove(fields, 1))
                redis.call('XADD', streams[level], '*', unpack(fields))
                redis.call('ZREM', delayed, member)
              end
              first = redis.call('ZRANGE', delayed, 0, 0, 'WITHSCORES')
            end
            local next = first[2] and math.max(0, tonumber(first[2]) - now) or -1
            local state = redis.call('HMGET', meta, 'paused', 'fence')
            local paused = state[1] and 1 or 0
            local taken, lost, fresh = 0, {}, {{}, {}, {}}
            local function content(fields)
              if #fields == 2 and fields[1] == 'p' then return fields[2] end
              return fields
            end
            if redis.call('HGET', leases, consumer) ~= ARGV[2] then redis.call('HSET', leases, consumer, ARGV[2]) end

            local left = 0
            local function reap(level)
              local shortest = lease
              for _, other in ipairs(redis.call('HVALS', leases)) do shortest = math.min(shortest, tonumber(other)) end
              local from = '-'
              for page = 1, 20 do
                local idle = redis.pcall('XPENDING', streams[level], group, 'IDLE', text(shortest), from, '+', 100)
                if idle.err then return end
                for _, entry in ipairs(idle) do
                  local id, deliveries = entry[1], tonumber(entry[4])
                  local suspect = deliveries >= 2 and deliveries < limit
                  if tonumber(entry[3]) < tonumber(redis.call('HGET', leases, entry[2]) or lease) then
                    -- still within the lease of its consumer
                  elseif suspect and not alone then
                    left = math.max(left, 1)
                  elseif taken >= want then
                    left = 2
                    return
                  else
                    local claimed = redis.call('XCLAIM', streams[level], group, consumer, 0, id)
                    if claimed[1] and claimed[1][2] then
                      for _, value in ipairs({level, id, deliveries + 1, content(claimed[1][2])}) do
                        lost[#lost + 1] = value
                      end
                      taken = taken + 1
                      if suspect then alone = false end
                    else
                      redis.call('XACK', streams[level], group, id)
                    end
                  end
                end
                if #idle < 100 then return end
                from = '(' .. idle[#idle][1]
              end
            end

            local function read(level)
              local reply = redis.pcall('XREADGROUP', 'GROUP', group, consumer, 'COUNT', text(want - taken),
                'STREAMS', streams[level], '>')
              if reply and reply.err then
                if string.sub(reply.err, 1, 7) ~= 'NOGROUP' then return reply end
                redis.call('XGROUP', 'CREATE', streams[level], group, '0', 'MKSTREAM')
                return read(level)
              end
              if reply and reply[1] then
                local found, jobs = reply[1][2], fresh[level]
                for place, entry in ipairs(found) do
                  jobs[2 * place - 1] = entry[1]
                  jobs[2 * place] = content(entry[2])
                end
                taken = taken + #found
              end
            end

            if paused == 0 then
              if ARGV[4] == '1' then
                for level = 1, 3 do reap(level) end
              end
              for level = 1, 3 do
                if taken < want then
                  local failed = read(level)
                  if failed then return fail(failed) end
                end
              end
            end

            local fence = math.max(tonumber(state[2] or 0) + 1, now * 1000)
            local places = {}
            if taken > 0 then
              redis.call('HSET', meta, 'fence', text(fence + taken))
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
            return {text(now), paused, text(next), text(fence), lost, fresh, places, left}
            """);

    /**
     * ARGV: consumer, then letters and what belongs to them: d level number entry… (done), e level entry job (done, and not
     * named by its entry), r level entry attempt delay (again later), x level entry job attempt deliveries error limit
     * (dead), h level entry attempt (handed back). Returns 1 or 0 for each job, 0 when the consumer does not hold it.
     */
    static final Script SETTLE = new Script(
            JobScripts.PRELUDE
                    + OWNED
                    + """
            local consumer = ARGV[1]
            local results, n, place = {}, 2, 0
            local finished, positions = {{}, {}, {}}, {{}, {}, {}}
            local again, buried, ended = 0, 0, {}
            local progressing = redis.call('EXISTS', progress) == 1
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
            local function finish(level, id, name)
              place = place + 1
              local ids = finished[level]
              ids[#ids + 1] = id
              positions[level][#ids] = place
              if progressing then ended[#ended + 1] = name or id .. letters[level] end
            end
            while n <= #ARGV do
              local kind, level, id = ARGV[n], tonumber(ARGV[n + 1]), ARGV[n + 2]
              if kind == 'd' then
                local last = n + 2 + tonumber(id)
                for m = n + 3, last do finish(level, ARGV[m]) end
                n = last + 1
              elseif kind == 'e' then
                finish(level, id, ARGV[n + 3])
                n = n + 4
              else
                place = place + 1
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
              local mine, ids = owned_of(level, finished[level], consumer), {}
              for number, id in ipairs(finished[level]) do
                results[positions[level][number]] = mine[id] and 1 or 0
                if mine[id] then ids[#ids + 1] = id end
              end
              if #ids > 0 then
                redis.call('XACK', streams[level], group, unpack(ids))
                redis.call('XDEL', streams[level], unpack(ids))
                done = done + #ids
              end
            end
            if progressing and #ended > 0 then redis.call('HDEL', progress, unpack(ended)) end
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
            local consumer, results, asked, held = ARGV[1], {}, {{}, {}, {}}, {}
            for n = 2, #ARGV, 2 do
              local ids = asked[tonumber(ARGV[n])]
              ids[#ids + 1] = ARGV[n + 1]
            end
            for level = 1, 3 do held[level] = owned_of(level, asked[level], consumer) end
            for n = 2, #ARGV, 2 do
              results[#results + 1] = held[tonumber(ARGV[n])][ARGV[n + 1]] and 1 or 0
            end
            for level = 1, 3 do
              if next(held[level]) then
                local command = {'XCLAIM', streams[level], group, consumer, 0}
                for id in pairs(held[level]) do command[#command + 1] = id end
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
