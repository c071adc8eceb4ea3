package io.headrace.tx;

/** What a {@link Propagation} comes to. */
enum Step {
    JOIN,
    BEGIN,
    BEGIN_BESIDE,
    SET_SAVEPOINT,
    PASS,
    PASS_OUTSIDE,
    REFUSE
}
