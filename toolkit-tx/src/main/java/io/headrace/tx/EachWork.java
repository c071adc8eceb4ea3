package io.headrace.tx;

import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The items of a piece one after the other. */
record EachWork<T, R>(Function<? super T, ? extends Mono<? extends R>> work)
        implements PieceWork<T, List<Optional<R>>> {

    @Override
    public Run<List<Optional<R>>> begin(List<T> items) {
        return new Items(items);
    }

    private final class Items implements Run<List<Optional<R>>> {

        private final List<T> items;
        private final List<Optional<R>> values;

        Items(List<T> items) {
            this.items = items;
            this.values = new ArrayList<>(items.size());
        }

        @Override
        public Mono<List<Optional<R>>> body() {
            return Flux.fromIterable(items)
                    .concatMap(this::value, 1)
                    .doOnNext(values::add)
                    .then(Mono.just(values));
        }

        private Mono<Optional<R>> value(T item) {
            return work.apply(item).<Optional<R>>map(Optional::of).defaultIfEmpty(Optional.empty());
        }

        /**
         * The item in progress, unless it stumbled over one before it whose error had been handled, or the savepoint was not
         * kept although all items are through.
         */
        @Override
        public int failedIndex(Throwable error) {
            boolean ofAnother = SqlErrors.kindOf(error) == SqlErrorKind.TRANSACTION_ABORTED;
            return ofAnother || values.size() == items.size() ? -1 : values.size();
        }
    }
}
