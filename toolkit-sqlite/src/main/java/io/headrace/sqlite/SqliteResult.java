package io.headrace.sqlite;

import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The result of one statement, to be consumed once. That of a query runs it while it is consumed; any other has been run
 * already.
 */
final class SqliteResult implements Result {

    private final RowSource rows;
    private final @Nullable Long changes;
    private final @Nullable Predicate<Segment> filter;
    private final AtomicBoolean consumed;

    private SqliteResult(
            RowSource rows, @Nullable Long changes, @Nullable Predicate<Segment> filter, AtomicBoolean consumed) {
        this.rows = rows;
        this.changes = changes;
        this.filter = filter;
        this.consumed = consumed;
    }

    static SqliteResult of(SqliteSession session, Unit query, Runnable ended) {
        RowSource source = new RowSource() {
            @Override
            public <T> Flux<T> read(RowReader<T> reader) {
                return new RowFlux<>(session, query, reader, ended);
            }
        };
        return new SqliteResult(source, null, null, new AtomicBoolean());
    }

    static SqliteResult of(SqliteSession session, Outcome outcome) {
        RowSource source = new RowSource() {
            @Override
            public <T> Flux<T> read(RowReader<T> reader) {
                RowShape shape = outcome.shape();
                return shape == null
                        ? Flux.empty()
                        : Flux.fromIterable(outcome.rows()).handle((values, sink) -> {
                            T value = reader.read(new SqliteRow(shape, session.decoder(), values));
                            if (value != null) {
                                sink.next(value);
                            }
                        });
            }
        };
        return new SqliteResult(source, outcome.changes(), null, new AtomicBoolean());
    }

    @Override
    public Mono<Long> getRowsUpdated() {
        Predicate<Segment> test = filter;
        Long count = changes;
        return Flux.<Long>defer(() -> {
                    consume();
                    Mono<Long> counted = count == null || test != null && !test.test(new Count(count))
                            ? Mono.empty()
                            : Mono.just(count);
                    return rows.<Long>read(row -> null).concatWith(counted);
                })
                .singleOrEmpty();
    }

    @Override
    public <T> Flux<T> map(BiFunction<Row, RowMetadata, ? extends T> mappingFunction) {
        Objects.requireNonNull(mappingFunction, "mappingFunction");
        return mapRows(row -> mappingFunction.apply(row, row.getMetadata()));
    }

    @Override
    public <T> Flux<T> map(Function<? super Readable, ? extends T> mappingFunction) {
        Objects.requireNonNull(mappingFunction, "mappingFunction");
        return mapRows(mappingFunction::apply);
    }

    private <T> Flux<T> mapRows(Function<SqliteRow, ? extends T> mapping) {
        Predicate<Segment> test = filter;
        return Flux.defer(() -> {
            consume();
            return rows.read(row -> {
                if (test != null && !test.test(new RowOf(row))) {
                    return null;
                }
                return Objects.requireNonNull(
                        mapping.apply(row),
                        "the mapping function returned null for a row; return an Optional, or leave the row out with filter");
            });
        });
    }

    @Override
    public SqliteResult filter(Predicate<Segment> predicate) {
        Objects.requireNonNull(predicate, "predicate");
        Predicate<Segment> before = filter;
        return new SqliteResult(rows, changes, before == null ? predicate : before.and(predicate), consumed);
    }

    @Override
    public <T> Flux<T> flatMap(Function<Segment, ? extends Publisher<? extends T>> mappingFunction) {
        Objects.requireNonNull(mappingFunction, "mappingFunction");
        return Flux.defer(() -> {
            consume();
            return segments()
                    .concatMap(
                            segment -> Objects.requireNonNull(
                                    mappingFunction.apply(segment), "the mapping function returned null for a segment"),
                            0);
        });
    }

    private Flux<Segment> segments() {
        Flux<Segment> all = rows.read(new SegmentReader());
        Long count = changes;
        if (count != null) {
            all = all.concatWith(Mono.just(new Count(count)));
        }
        Predicate<Segment> test = filter;
        return test == null ? all : all.filter(test);
    }

    private void consume() {
        if (!consumed.compareAndSet(false, true)) {
            throw new IllegalStateException("this result was consumed before; execute the statement again");
        }
    }

    private interface RowSource {

        <T> Flux<T> read(RowReader<T> reader);
    }

    private static final class SegmentReader implements RowReader<Segment> {

        @Override
        public Segment read(SqliteRow row) {
            return new RowOf(row);
        }

        @Override
        public boolean keepsRow() {
            return true;
        }
    }

    private record RowOf(SqliteRow row) implements RowSegment {}

    private record Count(long value) implements UpdateCount {}
}
