package io.headrace.redis;

import java.util.Set;

/** What an error of a consumer's own commands means. */
final class JobErrors {

    /** The server will serve again: it starts, fails over or runs a script. */
    private static final Set<String> PASSING = Set.of(
            "LOADING", "BUSY", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "NOREPLICAS", "OOM", "MISCONF");

    private JobErrors() {}

    /** Whether waiting may help; anything else ends the consumer. */
    static boolean isPassing(Throwable error) {
        return error instanceof RedisReplyException reply
                ? PASSING.contains(reply.code())
                : error instanceof RedisException && !(error instanceof RedisClosedException);
    }
}
