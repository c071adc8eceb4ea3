package io.headrace.pool;

/** What the last look at a replica, or the last attempt to borrow from it, has shown. */
public enum ReplicaState {
    /** It was not looked at yet; the first acquire begins it. */
    UNKNOWN,
    /** It is within the lag limit, and is read from. */
    FOLLOWING,
    /** It is beyond the lag limit, or nothing is known of the primary to compare it with. */
    BEHIND,
    /** It did not answer the last look in time, or a connection to it failed since. */
    UNREACHABLE,
    /** It takes writes, as after a promotion: its data may be others than those of the primary. */
    NOT_A_REPLICA,
    /** Its pool was closed. */
    CLOSED
}
