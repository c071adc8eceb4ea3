package io.headrace.core;

import java.time.Instant;

/**
 * A value of a {@link KeyValueTable}.
 *
 * @param version another number after each change, in no order
 * @param changedAt when it was changed last, to the millisecond
 */
public record KeyValueEntry<T>(String key, T value, long version, Instant changedAt) {}
