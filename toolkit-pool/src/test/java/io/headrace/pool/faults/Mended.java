package io.headrace.pool.faults;

/** What a test of a documented fault says when the fault is not there any more. */
final class Mended {

    private Mended() {}

    static String hint(String fault) {
        return "The libraries no longer have this fault: %s. Good news: strike it from docs/traps.md, remove this test and see whether our cure for it can go too"
                .formatted(fault);
    }
}
