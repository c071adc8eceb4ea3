package io.headrace.pool;

/**
 * Since when connections that have not been heard of are suspect. What breaks one connection (a server that went down, a
 * firewall that forgot) mostly breaks others too, and they do not say so by themselves.
 */
final class Suspicion {

    private final Timing timing;
    private volatile long lastBreak;

    Suspicion(Timing timing) {
        this.timing = timing;
        this.lastBreak = timing.nanos();
    }

    /** A connection broke, or could not be opened for a reason that breaks others. */
    void broke() {
        lastBreak = timing.nanos();
    }

    /** Whether a connection whose last answer from the server came at that time has to prove itself. */
    boolean covers(long lastProof) {
        return lastProof - lastBreak < 0;
    }
}
