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
    ALL;

    boolean includes(ContestName other) {
        return this == ALL || this == other;
    }
}
