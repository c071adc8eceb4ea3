package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

/** Closes a toolkit at the end of a test, from a thread that may block. */
record ToolkitScope(RedisToolkit redis) implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    static ToolkitScope open(String url) {
        return new ToolkitScope(RedisToolkit.open(url));
    }

    static ToolkitScope open(String url, RedisConfig config) {
        return new ToolkitScope(RedisToolkit.open(url, config));
    }

    /** Connects and loads classes, so that no time limit of the test pays for it. */
    ToolkitScope connected() {
        Long none = redis.counter("connected").get("x").retry(2).block(LIMIT.multipliedBy(2));
        assertThat(none).isZero();
        return this;
    }

    @Override
    public void close() {
        redis.close().block(LIMIT);
    }
}
