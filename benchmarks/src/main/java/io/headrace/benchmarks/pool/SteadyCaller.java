package io.headrace.benchmarks.pool;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Calls a service every few milliseconds, and knows since when it has gone well. */
final class SteadyCaller extends Thread {

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long NEVER = Long.MIN_VALUE;

    private final Service service;
    private volatile boolean stopped;

    // Guarded by this. Since when each call went well, when the last did, and the same since the fault.
    private long wellSince = NEVER;
    private long lastWell = NEVER;
    private long faultOver = NEVER;
    private long firstAfterFault = NEVER;
    private int failures;

    SteadyCaller(Service service) {
        super("caller");
        this.service = service;
        setDaemon(true);
    }

    @Override
    public void run() {
        while (!stopped) {
            long begun = System.nanoTime();
            boolean well = call();
            note(begun, System.nanoTime(), well);
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private boolean call() {
        try {
            service.call();
            return true;
        } catch (Exception error) {
            return false;
        }
    }

    private synchronized void note(long begun, long ended, boolean well) {
        if (!well) {
            failures++;
            wellSince = NEVER;
            return;
        }
        lastWell = ended;
        // before the fault was over, an answer may have been on its way already
        if (faultOver == NEVER || begun - faultOver >= 0) {
            wellSince = wellSince == NEVER ? ended : wellSince;
            firstAfterFault = firstAfterFault == NEVER && faultOver != NEVER ? ended : firstAfterFault;
        }
    }

    /** Only failures behind this moment count. */
    synchronized void faultBegins() {
        failures = 0;
    }

    synchronized void faultIsOver(long now) {
        faultOver = now;
        wellSince = NEVER;
        firstAfterFault = NEVER;
    }

    /** Whether every call of this span went well and the last of them just now. */
    synchronized boolean isWellFor(long span, long now) {
        return wellSince != NEVER && now - wellSince >= span && now - lastWell < span / 2;
    }

    /** Nanoseconds from the end of the fault to the first answer. */
    synchronized OptionalLong first() {
        return firstAfterFault == NEVER ? OptionalLong.empty() : OptionalLong.of(firstAfterFault - faultOver);
    }

    /** Nanoseconds from the end of the fault to the first answer behind which no call failed. */
    synchronized OptionalLong steady() {
        return wellSince == NEVER ? OptionalLong.empty() : OptionalLong.of(wellSince - faultOver);
    }

    synchronized int failures() {
        return failures;
    }

    void end() {
        stopped = true;
    }
}
