package io.headrace.pool;

import java.lang.ref.Cleaner.Cleanable;
import org.jspecify.annotations.Nullable;

/** What is known of one loan where leaks are looked for. */
final class LeakTrace {

    private final @Nullable String callSite;

    /** Of the timer thread that looks for leaks. */
    private volatile boolean reported;

    private @Nullable Cleanable handle;

    LeakTrace(@Nullable String callSite) {
        this.callSite = callSite;
    }

    /** The line of the program that asked for the connection; null where only libraries were on the stack. */
    @Nullable
    String callSite() {
        return callSite;
    }

    boolean isReported() {
        return reported;
    }

    void setReported() {
        reported = true;
    }

    /** Set before the borrower gets its handle. */
    void watch(Cleanable lentHandle) {
        handle = lentHandle;
    }

    /** The loan has ended in order, so its handle need not be found. */
    void forget() {
        if (handle != null) {
            handle.clean();
        }
    }
}
