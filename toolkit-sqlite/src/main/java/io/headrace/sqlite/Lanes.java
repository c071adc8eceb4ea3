package io.headrace.sqlite;

/** Where a session gets the lanes from that its statements run on. */
interface Lanes {

    enum Access {
        READ,
        WRITE
    }

    /** Grants a lane, at once or when it is the user's turn. */
    void acquire(Access access, LaneUser user);

    /** The user waits no longer. One that was granted a lane before is not affected. */
    void abandon(LaneUser user);
}
