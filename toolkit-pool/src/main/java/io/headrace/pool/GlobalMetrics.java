package io.headrace.pool;

/** Reports pools to Micrometer's global registry, where Micrometer is on the class path. Names no type of Micrometer. */
final class GlobalMetrics {

    private static final boolean PRESENT = isPresent();

    private GlobalMetrics() {}

    static void bind(Pool pool) {
        if (PRESENT) {
            MicrometerPoolMetrics.bindToGlobalRegistry(pool);
        }
    }

    static void bind(RoutingPool pool) {
        if (PRESENT) {
            MicrometerRoutingMetrics.bindToGlobalRegistry(pool);
        }
    }

    private static boolean isPresent() {
        try {
            Class.forName("io.micrometer.core.instrument.Metrics", false, GlobalMetrics.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError absent) {
            return false;
        }
    }
}
