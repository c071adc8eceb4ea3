package io.headrace.pool;

import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A result on a lent connection, whose caller may stop reading it at any time, or may never begin to. */
final class LeasedResult implements Result {

    private final LentConnection lease;
    private final Result result;
    private final Reading reading;
    private final AtomicBoolean read;

    LeasedResult(LentConnection lease, Result result, Reading reading) {
        this(lease, result, reading, new AtomicBoolean());
    }

    private LeasedResult(LentConnection lease, Result result, Reading reading, AtomicBoolean read) {
        this.lease = lease;
        this.result = result;
        this.reading = reading;
        this.read = read;
    }

    /** Whether somebody has to read it, and nobody has begun to. */
    boolean isLeftOver() {
        return reading.unreadHoldsUp() && !read.get();
    }

    /** True for whoever is to read it: its caller, or else we. */
    boolean claim() {
        return !reading.unreadHoldsUp() || read.compareAndSet(false, true);
    }

    /** Reads it on behalf of a caller who will not. */
    void readUnlessRead() {
        if (isLeftOver() && claim()) {
            readClaimed();
        }
    }

    /** Reads it on behalf of a caller who came too late. */
    void readClaimed() {
        if (reading.unreadHoldsUp()) {
            TrackedFlux.leftOver(lease.inFlight(), result.getRowsUpdated()).subscribe(count -> {}, error -> {});
        }
    }

    @Override
    public Publisher<Long> getRowsUpdated() {
        // stays a Mono, which nobody has to cancel after its element
        return Mono.fromDirect(TrackedFlux.result(lease, this, result.getRowsUpdated(), reading.rows(), () -> {}));
    }

    @Override
    public <T> Publisher<T> map(BiFunction<Row, RowMetadata, ? extends T> mapping) {
        RowGuard guard = new RowGuard();
        return rows(guard, result.map((row, metadata) -> guard.call(() -> mapping.apply(row, metadata))));
    }

    @Override
    public <T> Publisher<T> map(Function<? super Readable, ? extends T> mapping) {
        RowGuard guard = new RowGuard();
        return rows(guard, result.map(row -> guard.call(() -> mapping.apply(row))));
    }

    @Override
    public <T> Publisher<T> flatMap(Function<Segment, ? extends Publisher<? extends T>> mapping) {
        RowGuard guard = new RowGuard();
        return rows(guard, result.flatMap(segment -> guard.flatten(segment, mapping)));
    }

    @Override
    public Result filter(Predicate<Segment> filter) {
        return new LeasedResult(lease, result.filter(filter), reading, read);
    }

    private <T> Flux<T> rows(RowGuard guard, Publisher<?> elements) {
        return TrackedFlux.<Object>result(lease, this, elements, reading.rows(), guard::callerGone)
                .handle(RowGuard::unpack);
    }
}
