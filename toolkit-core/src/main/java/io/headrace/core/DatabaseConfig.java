package io.headrace.core;

import java.time.Duration;

/**
 * Settings of a {@link Database}; immutable.
 *
 * @param fetchSize rows per round trip of a multi-row read, 1 to 1,000,000
 * @param drainTimeout how long a cancelled statement may take to end before its connection is given up
 */
public record DatabaseConfig(int fetchSize, Duration drainTimeout) {

    private static final int LARGEST_FETCH_SIZE = 1_000_000;

    /** Checks the ranges. */
    public DatabaseConfig {
        if (fetchSize < 1 || fetchSize > LARGEST_FETCH_SIZE) {
            throw new IllegalArgumentException(
                    "fetchSize must be between 1 and " + LARGEST_FETCH_SIZE + ", was " + fetchSize);
        }
        if (drainTimeout.isNegative() || drainTimeout.isZero()) {
            throw new IllegalArgumentException("drainTimeout must be positive, was " + drainTimeout);
        }
    }

    /**
     * The defaults: a fetch size of 256, so that a stream that is cut off costs one chunk and not the table, and a drain
     * timeout of 30 s, longer than a healthy server ever needs to answer a cancel request.
     */
    public static DatabaseConfig defaults() {
        return new DatabaseConfig(256, Duration.ofSeconds(30));
    }

    /** The same with this fetch size. */
    public DatabaseConfig withFetchSize(int rows) {
        return new DatabaseConfig(rows, drainTimeout);
    }

    /** The same with this drain timeout. */
    public DatabaseConfig withDrainTimeout(Duration timeout) {
        return new DatabaseConfig(fetchSize, timeout);
    }
}
