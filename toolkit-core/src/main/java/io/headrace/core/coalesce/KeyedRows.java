package io.headrace.core.coalesce;

import io.headrace.core.mapping.RowMapper;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Asks for the rows of several keys. A row that fails is a value on the way, so that the others arrive.
 *
 * @param <K> the key
 * @param <R> what a row becomes
 */
final class KeyedRows<K, R> {

    private record Failed(Throwable error) {}

    private final KeyedStatement statement;
    private final RowMapper<Object> mapper;
    private final Function<? super R, ? extends K> keyOf;

    KeyedRows(KeyedStatement statement, RowMapper<R> mapper, Function<? super R, ? extends K> keyOf) {
        this.statement = statement;
        this.keyOf = keyOf;
        this.mapper = (row, metadata) -> {
            try {
                return mapper.map(row, metadata);
            } catch (RuntimeException error) {
                return new Failed(error);
            }
        };
    }

    /**
     * Sends the statement.
     *
     * @param onRow told of each row with its key; may throw, which makes it a row that failed
     * @param onFailed told of each row that could not be mapped or has no key
     */
    @SuppressWarnings("unchecked")
    Mono<Void> read(Collection<K> keys, BiConsumer<? super K, ? super R> onRow, Consumer<Throwable> onFailed) {
        return Flux.defer(() -> statement.rows(List.copyOf(keys), mapper))
                .doOnNext(row -> {
                    if (row instanceof Failed failed) {
                        onFailed.accept(failed.error());
                        return;
                    }
                    try {
                        R value = (R) row;
                        onRow.accept(keyOf.apply(value), value);
                    } catch (RuntimeException error) {
                        onFailed.accept(error);
                    }
                })
                .then();
    }
}
