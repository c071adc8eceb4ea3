package io.headrace.core.connection;

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

/** A result that somebody reads who may go at any time, or may never begin. */
final class GuestResult implements Result {

    private final Result result;
    private final AtomicBoolean read;

    GuestResult(Result result) {
        this(result, new AtomicBoolean());
    }

    private GuestResult(Result result, AtomicBoolean read) {
        this.result = result;
        this.read = read;
    }

    /** Reads it where nobody else will. */
    void discard() {
        if (claim()) {
            Flux.from(result.getRowsUpdated()).subscribe(count -> {}, error -> {});
        }
    }

    private boolean claim() {
        return read.compareAndSet(false, true);
    }

    @Override
    public Publisher<Long> getRowsUpdated() {
        return Mono.fromDirect(outliving(result.getRowsUpdated()));
    }

    @Override
    public <T> Publisher<T> map(BiFunction<Row, RowMetadata, ? extends T> mapping) {
        return outliving(result.map(mapping));
    }

    @Override
    public <T> Publisher<T> map(Function<? super Readable, ? extends T> mapping) {
        return outliving(result.map(mapping));
    }

    @Override
    public <T> Publisher<T> flatMap(Function<Segment, ? extends Publisher<? extends T>> mapping) {
        return outliving(result.flatMap(mapping));
    }

    @Override
    public Result filter(Predicate<Segment> filter) {
        return new GuestResult(result.filter(filter), read);
    }

    private <T> Flux<T> outliving(Publisher<? extends T> content) {
        return new OutlivingFlux<>(content, this::claim);
    }
}
