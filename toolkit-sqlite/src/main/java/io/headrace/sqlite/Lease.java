package io.headrace.sqlite;

import java.util.concurrent.atomic.AtomicInteger;

/** The right to use a lane, shared by the statements of one session. The lane goes back when the last of them lets go. */
final class Lease {

    private final Lane lane;
    private final Runnable giveBack;
    private final AtomicInteger users = new AtomicInteger(1);

    Lease(Lane lane, Runnable giveBack) {
        this.lane = lane;
        this.giveBack = giveBack;
    }

    Lane lane() {
        return lane;
    }

    /** One more user; false where the lane has gone back already. */
    boolean retain() {
        return users.getAndUpdate(count -> count == 0 ? 0 : count + 1) != 0;
    }

    void release() {
        if (users.decrementAndGet() == 0) {
            giveBack.run();
        }
    }
}
