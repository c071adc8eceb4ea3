package io.headrace.sqlite;

/** The one lane of a connection that is physical itself. */
final class SingleLane implements Lanes {

    private final Lease lease;

    /** The lease is never given back: closing the session closes the lane. */
    SingleLane(Lane lane) {
        this.lease = new Lease(lane, () -> {});
    }

    Lane lane() {
        return lease.lane();
    }

    @Override
    public void acquire(Access access, LaneUser user) {
        boolean retained = lease.retain();
        assert retained;
        user.granted(lease);
    }

    @Override
    public void abandon(LaneUser user) {
        // nobody ever waits
    }
}
