package io.headrace.test;

import java.util.concurrent.atomic.LongAdder;

/** What passed through a proxy since it was made. */
final class ProxyTraffic {

    private final LongAdder bytes = new LongAdder();
    private final LongAdder roundTrips = new LongAdder();

    void forwarded(int count) {
        bytes.add(count);
    }

    void turned() {
        roundTrips.increment();
    }

    long bytes() {
        return bytes.sum();
    }

    long roundTrips() {
        return roundTrips.sum();
    }
}
