package io.headrace.pool.faults;

import io.netty.util.ResourceLeakDetector;

/** Turns Netty's leak reports off where the driver is known to lose buffers, which would else be looked for in our code. */
final class LeakReports implements AutoCloseable {

    private final ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();

    private LeakReports() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }

    static LeakReports off() {
        return new LeakReports();
    }

    @Override
    public void close() {
        ResourceLeakDetector.setLevel(before);
    }
}
