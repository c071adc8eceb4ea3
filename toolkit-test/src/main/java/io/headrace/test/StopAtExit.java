package io.headrace.test;

/** Stops a server when the JVM ends, for those who did not. */
final class StopAtExit {

    private final Thread hook;

    private StopAtExit(Thread hook) {
        this.hook = hook;
    }

    static StopAtExit of(String name, Runnable stop) {
        Thread hook = new Thread(stop, "headrace-test-stop-" + name);
        Runtime.getRuntime().addShutdownHook(hook);
        return new StopAtExit(hook);
    }

    /** To be called by the stop itself, so that a closed server is not kept in memory until the JVM ends. */
    void cancel() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException alreadyShuttingDown) {
            // Then the hook is what calls us.
        }
    }
}
