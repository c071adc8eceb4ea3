package io.headrace.sqlite;

/** Waits for a lane. Exactly one of the two is called, once, by any thread, unless it has been abandoned before. */
interface LaneUser {

    void granted(Lease lease);

    void refused(Throwable error);
}
