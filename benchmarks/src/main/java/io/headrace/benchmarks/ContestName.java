package io.headrace.benchmarks;

/** What can be asked for on the command line. */
enum ContestName {
    LOOKUP,
    READ,
    MAPPING,
    INSERT,
    UPSERT,
    HEAP,
    ACQUIRE,
    RECOVERY,
    ATTEMPTS,
    TRANSACTION,
    OVERHEAD,
    REDIS,
    SQLITE,
    QUEUE,
    ALL;

    boolean includes(ContestName other) {
        // the clients of Redis need another Vert.x than the others, so they run only when asked for
        return this == other || (this == ALL && other != REDIS && other != QUEUE);
    }
}
