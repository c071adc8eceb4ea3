package io.headrace.redis;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The limits of one rate limiter for this process alone, by GCRA. Safe for use by any thread. */
final class LocalRates {

    private static final int MOST_KEYS = 10_000;

    private final List<RateLimit> limits;
    private final Timing timing;
    private final Map<String, long[]> arrivals = new LinkedHashMap<>(16, 0.75f, true) { // guarded by this
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, long[]> eldest) {
                    return size() > MOST_KEYS;
                }
            };

    LocalRates(List<RateLimit> limits, Timing timing) {
        this.limits = limits;
        this.timing = timing;
    }

    synchronized RateDecision ask(String full, long cost, Duration patience) {
        long now = timing.nanos() / 1_000;
        long[] was = arrivals.getOrDefault(full, new long[0]);
        long[] moved = new long[limits.size()];
        long wait = 0;
        for (int i = 0; i < moved.length; i++) {
            RateLimit limit = limits.get(i);
            moved[i] = Math.max(now, i < was.length ? was[i] : now) + cost * limit.intervalMicros();
            wait = Math.max(wait, moved[i] - limit.toleranceMicros() - now);
        }
        boolean allowed = wait <= patience.toMillis() * 1_000;
        long remaining = Long.MAX_VALUE;
        long reset = 0;
        for (int i = 0; i < moved.length; i++) {
            RateLimit limit = limits.get(i);
            long ahead = moved[i] - now - (allowed ? 0 : cost * limit.intervalMicros());
            remaining = Math.min(remaining, Math.max(0, (limit.toleranceMicros() - ahead) / limit.intervalMicros()));
            reset = Math.max(reset, ahead);
        }
        if (allowed && cost > 0) {
            arrivals.put(full, moved);
        }
        return new RateDecision(
                allowed, remaining, Duration.of(wait, ChronoUnit.MICROS), Duration.of(reset, ChronoUnit.MICROS), true);
    }

    synchronized void giveBack(String full, long cost) {
        long[] was = arrivals.get(full);
        if (was != null) {
            for (int i = 0; i < was.length; i++) {
                was[i] -= cost * limits.get(i).intervalMicros();
            }
        }
    }

    synchronized void reset(String full) {
        arrivals.remove(full);
    }
}
