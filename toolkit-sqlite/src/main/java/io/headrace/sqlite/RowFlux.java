package io.headrace.sqlite;

import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/** The rows of a query. Cold; each subscriber runs it. */
final class RowFlux<T> extends Flux<T> {

    private final SqliteSession session;
    private final Unit unit;
    private final RowReader<T> reader;
    private final Runnable ended;

    RowFlux(SqliteSession session, Unit unit, RowReader<T> reader, Runnable ended) {
        this.session = session;
        this.unit = unit;
        this.reader = reader;
        this.ended = ended;
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        RowCursor<T> cursor = new RowCursor<>(session, unit, reader, actual, ended);
        actual.onSubscribe(cursor);
        cursor.start();
    }
}
