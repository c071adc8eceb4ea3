package io.headrace.redis;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Knows which server to connect to next. */
@FunctionalInterface
interface Locator {

    /** Completes on any thread; within the limit, unless the caller stops waiting anyway. */
    CompletionStage<RedisEndpoint> locate(Duration limit);
}
