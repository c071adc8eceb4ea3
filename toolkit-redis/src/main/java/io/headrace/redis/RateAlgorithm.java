package io.headrace.redis;

/** How a {@link RateLimiter} counts. */
public enum RateAlgorithm {

    /**
     * The generic cell rate algorithm (ITU-T I.371), a leaky bucket that stores one time: permits come back one by one, evenly
     * over the period. Exact to the microsecond, and waiting callers get places in order.
     */
    GCRA,

    /**
     * A counter for the current window and a share of the one before, as if its permits had been used evenly. An estimate,
     * but it counts as people read "100 per minute". Waiting callers try again when they may succeed, in no order.
     */
    SLIDING_WINDOW
}
