package io.headrace.benchmarks.harness;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads the clocks and counters before a piece of work and after it.
 *
 * <p>Allocation is the JVM's own count for each thread, summed over all platform threads: callers, event loops and the
 * carriers of virtual threads. A thread that ends in between is not counted, so contenders keep their threads.
 */
final class UsageMeter {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final Map<Long, Long> allocatedBefore = allocatedByThread();
    private final long processorBefore = PROCESS.getProcessCpuTime();
    // Last, so that reading the others is not in it.
    private final long start = System.nanoTime();

    private UsageMeter() {}

    static UsageMeter start() {
        return new UsageMeter();
    }

    Usage stop() {
        long nanos = System.nanoTime() - start;
        long processorNanos = PROCESS.getProcessCpuTime() - processorBefore;
        long allocated = allocatedByThread().entrySet().stream()
                .mapToLong(thread -> thread.getValue() - allocatedBefore.getOrDefault(thread.getKey(), 0L))
                .sum();
        return new Usage(nanos, processorNanos, allocated);
    }

    private static Map<Long, Long> allocatedByThread() {
        long[] ids = THREADS.getAllThreadIds();
        long[] bytes = THREADS.getThreadAllocatedBytes(ids);
        Map<Long, Long> byThread = new HashMap<>();
        for (int i = 0; i < ids.length; i++) {
            // Less than 0 where the thread has ended since it was listed.
            if (bytes[i] >= 0) {
                byThread.put(ids[i], bytes[i]);
            }
        }
        return byThread;
    }
}
