package io.headrace.redis;

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

    @Override
    public void close() {
        redis.close().block(LIMIT);
    }
}
