package io.headrace.redis;

/**
 * The steps of a rate limiter. KEYS[1] holds the state of one key, for all limits; all numbers are whole, and times are
 * those of the server.
 */
final class RateScripts {

    private static final String STORED =
            """
            local time = redis.call('TIME')
            local cost = tonumber(ARGV[1])
            local stored = {}
            for number in string.gmatch(redis.call('GET', KEYS[1]) or '', '%d+') do
              stored[#stored + 1] = tonumber(number)
            end
            local function keep(numbers, millis)
              for n = 1, #numbers do numbers[n] = string.format('%.0f', numbers[n]) end
              redis.call('SET', KEYS[1], table.concat(numbers, ' '), 'PX', string.format('%.0f', millis))
            end
            """;

    /*
     * GCRA: the state of a limit is the time at which all its permits are back (the "theoretical arrival time"), in
     * microseconds. A request moves it by cost * interval, and is early if it then lies further ahead than the tolerance.
     */

    /**
     * ARGV: cost, patience in us, then interval and tolerance of each limit in us. Returns allowed, remaining, the wait and
     * the time until all permits are back in us. Within the patience a request is allowed after a wait.
     */
    static final Script GCRA = new Script(
            STORED
                    + """
            local now = time[1] * 1000000 + time[2]
            local wait = 0
            local moved = {}
            for n = 3, #ARGV, 2 do
              local arrival = math.max(now, stored[#moved + 1] or now) + cost * tonumber(ARGV[n])
              wait = math.max(wait, arrival - tonumber(ARGV[n + 1]) - now)
              moved[#moved + 1] = arrival
            end
            local allowed = wait <= tonumber(ARGV[2])
            local remaining, reset = math.huge, 0
            for n = 1, #moved do
              local interval, tolerance = tonumber(ARGV[1 + 2 * n]), tonumber(ARGV[2 + 2 * n])
              local arrival = allowed and moved[n] or math.max(now, stored[n] or now)
              remaining = math.min(remaining, math.max(0, math.floor((tolerance - (arrival - now)) / interval)))
              reset = math.max(reset, arrival - now)
            end
            if allowed and cost > 0 then keep(moved, math.ceil(reset / 1000) + 1) end
            return {allowed and 1 or 0, remaining, wait, reset}
            """);

    /** The same for one limit, which costs the server little more than half of it. */
    static final Script GCRA_OF_ONE = new Script(
            """
            local time = redis.call('TIME')
            local now = time[1] * 1000000 + time[2]
            local stored = redis.call('GET', KEYS[1])
            local from = stored and math.max(now, tonumber(stored)) or now
            local interval, tolerance = tonumber(ARGV[3]), tonumber(ARGV[4])
            local arrival = from + ARGV[1] * interval
            local wait = math.max(0, arrival - tolerance - now)
            local allowed = wait <= tonumber(ARGV[2])
            local ahead = (allowed and arrival or from) - now
            if allowed and arrival > from then
              redis.call('SET', KEYS[1], arrival, 'PX', math.ceil(ahead / 1000) + 1)
            end
            local remaining = ahead < tolerance and math.floor((tolerance - ahead) / interval) or 0
            return {allowed and 1 or 0, remaining, wait, ahead}
            """);

    /** ARGV: cost, then interval of each limit in us. */
    static final Script GCRA_GIVE_BACK = new Script(
            STORED
                    + """
            local now = time[1] * 1000000 + time[2]
            local latest = now
            for n = 1, #stored do
              stored[n] = math.max(now, stored[n] - cost * tonumber(ARGV[n + 1] or 0))
              latest = math.max(latest, stored[n])
            end
            if #stored > 0 then keep(stored, math.ceil((latest - now) / 1000) + 1) end
            return 1
            """);

    /*
     * Sliding window: the state of a limit is the number of its current window and the permits used in it and in the one
     * before, of which a share counts that falls evenly to nothing. All is multiplied by the period, so that it stays whole.
     */

    private static final String WINDOWS =
            """
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            local function counted(n, period)
              local window = math.floor(now / period)
              local was, used, before = stored[3 * n - 2], stored[3 * n - 1], stored[3 * n]
              if was == window then return window, used, before end
              if was == window - 1 then return window, 0, used end
              return window, 0, 0
            end
            """;

    /** ARGV: cost, then permits and period of each limit in ms. Returns as the one above. */
    static final Script WINDOW = new Script(
            STORED + WINDOWS
                    + """
            local state = {}
            local allowed, remaining, wait, reset, life = true, math.huge, 0, 0, 0
            for n = 1, (#ARGV - 1) / 2 do
              local permits, period = tonumber(ARGV[2 * n]), tonumber(ARGV[2 * n + 1])
              local window, used, before = counted(n, period)
              local left = period - (now - window * period)
              local free = (permits - used) * period - before * left
              if cost * period > free then
                allowed = false
                local needed
                if used + cost <= permits then
                  needed = left - math.floor((permits - used - cost) * period / before)
                else
                  needed = left + period - math.min(period, math.floor((permits - cost) * period / used))
                end
                wait = math.max(wait, needed)
              end
              remaining = math.min(remaining, math.max(0, math.floor(free / period)))
              if used > 0 then
                reset = math.max(reset, left + period)
              elseif before > 0 then
                reset = math.max(reset, left)
              end
              life = math.max(life, left + period)
              state[3 * n - 2], state[3 * n - 1], state[3 * n] = window, used + cost, before
            end
            if allowed and cost > 0 then
              keep(state, life)
              remaining, reset = remaining - cost, life
            end
            return {allowed and 1 or 0, remaining, wait * 1000, reset * 1000}
            """);

    /** ARGV: cost, then the period of each limit in ms. */
    static final Script WINDOW_GIVE_BACK = new Script(
            STORED + WINDOWS
                    + """
            local state, life = {}, 1
            for n = 1, #stored / 3 do
              local period = tonumber(ARGV[n + 1] or 1)
              local window, used, before = counted(n, period)
              state[3 * n - 2], state[3 * n - 1], state[3 * n] = window, math.max(0, used - cost), before
              life = math.max(life, 2 * period - (now - window * period))
            end
            if #state > 0 then keep(state, life) end
            return 1
            """);

    private RateScripts() {}
}
