package io.headrace.pool;

import java.time.Duration;
import java.time.Instant;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/** The signals of one pool as events, made only while somebody listens. */
final class EventStream extends Flux<PoolEvent> {

    private final String pool;
    private final Timing timing;
    private final Signals signals;

    EventStream(String pool, Timing timing, Signals signals) {
        this.pool = pool;
        this.timing = timing;
        this.signals = signals;
    }

    @Override
    public void subscribe(CoreSubscriber<? super PoolEvent> subscriber) {
        EventBuffer buffer = new EventBuffer(subscriber, timing, this::missed);
        Teller teller = new Teller(buffer);
        buffer.onCancel(() -> signals.remove(teller));
        if (!signals.add(teller)) {
            Operators.complete(subscriber);
            return;
        }
        subscriber.onSubscribe(buffer);
        // one who cancels in onSubscribe was not among the listeners' leavers yet
        buffer.ready();
    }

    private PoolEvent missed(long events) {
        return new PoolEvent.Missed(pool, now(), events);
    }

    private Instant now() {
        return timing.clock().instant();
    }

    /** Makes the events of one subscriber. */
    private final class Teller implements Signals.Listener {

        private final EventBuffer buffer;

        Teller(EventBuffer buffer) {
            this.buffer = buffer;
        }

        @Override
        public void refused(PoolSnapshot snapshot) {
            buffer.add(new PoolEvent.AcquireRefused(pool, now(), snapshot));
        }

        @Override
        public void timedOut(PoolSnapshot snapshot) {
            buffer.add(new PoolEvent.AcquireTimedOut(pool, now(), snapshot));
        }

        @Override
        public void connected(Duration took) {
            buffer.add(new PoolEvent.Connected(pool, now(), took));
        }

        @Override
        public void connectFailed(Throwable reason) {
            buffer.add(new PoolEvent.ConnectFailed(pool, now(), reason));
        }

        @Override
        public void closed(CloseCause cause) {
            buffer.add(new PoolEvent.ConnectionClosed(pool, now(), cause));
        }

        @Override
        public void leakSuspected(Suspect suspect, boolean reclaimed) {
            buffer.add(new PoolEvent.LeakSuspected(
                    pool,
                    now(),
                    suspect.holder(),
                    suspect.callSite(),
                    suspect.heldFor(),
                    suspect.lastStatement(),
                    reclaimed));
        }

        @Override
        public void handleLost(Suspect suspect) {
            buffer.add(new PoolEvent.HandleLost(
                    pool, now(), suspect.holder(), suspect.callSite(), suspect.heldFor(), suspect.lastStatement()));
        }

        @Override
        public void suspended() {
            buffer.add(new PoolEvent.Suspended(pool, now()));
        }

        @Override
        public void resumed() {
            buffer.add(new PoolEvent.Resumed(pool, now()));
        }

        @Override
        public void refreshing() {
            buffer.add(new PoolEvent.Refreshing(pool, now()));
        }

        @Override
        public void resized(int from, int to) {
            buffer.add(new PoolEvent.Resized(pool, now(), from, to));
        }

        @Override
        public void draining(Duration patience) {
            buffer.add(new PoolEvent.Draining(pool, now(), patience));
        }

        @Override
        public void poolClosed() {
            buffer.last(new PoolEvent.PoolClosed(pool, now()));
        }
    }
}
