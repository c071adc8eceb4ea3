package io.headrace.core.coalesce;

import static java.util.Objects.requireNonNull;

import io.headrace.core.connection.Sessions;
import io.headrace.core.mapping.RowMapper;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * Reads by key whose callers share statements: keys that come while a batch is in flight are asked together by the next
 * one. There is no timer: an idle loader asks at once, and under load the batches grow by themselves. Thread-safe; make
 * one per statement and keep it, for only the callers of the same loader share.
 *
 * <p>Every caller gets what it would have got alone. A key that two callers wait for is asked once; one that is in flight
 * is asked again by the next batch, since the answer under way may be older than what the caller has just written. Callers
 * inside a transaction share with callers of the same transaction only, on its connection, one batch at a time; all
 * others share statements of their own outside.
 *
 * <p>A batch belongs to no caller in particular: of their contexts it sees the transaction and nothing else. Signals arrive
 * on the driver's event loop, after the connection has been given back; what a caller does there delays the
 * others of its batch.
 *
 * <p>A cancel withdraws its caller alone. A batch that all have left is not sent; where it has been sent it is cancelled like
 * any statement.
 *
 * <p>Errors: {@link io.headrace.core.error.BatchException}, one for each caller, with the error of the driver or of the
 * mapping as its cause; {@link io.headrace.core.error.RowCountException} for two rows where one was asked;
 * {@link io.headrace.core.error.TooManyWaitingException}, unsent. Where a row cannot be mapped, {@code keyOf} fails or
 * gives a key that nobody has asked for, the keys without an answer are asked again in halves until the wrong one stands
 * alone. The same is done where the database refuses the data of a statement, outside a transaction. Every
 * other error of the statement is that of all callers of its batch.
 *
 * @param <K> the key, with {@code equals} and {@code hashCode}; of a type that the driver takes arrays of
 * @param <V> what a key is answered
 */
public final class Loader<K, V> {

    private final String name;
    private final Queues<K, V> queues;

    private Loader(String name, Queues<K, V> queues) {
        this.name = name;
        this.queues = queues;
    }

    /** One row per key, or none; most programs call {@code Database.loader}. */
    public static <K, V> Loader<K, V> of(
            Sessions sessions,
            String name,
            KeyedStatement statement,
            RowMapper<V> mapper,
            Function<? super V, ? extends K> keyOf,
            LoaderConfig config) {
        return loader(sessions, name, new KeyedRows<>(statement, mapper, keyOf), AnswerShape.one(name), config);
    }

    /** All rows of a key, in the order of the statement; most programs call {@code Database.loaderOfMany}. */
    public static <K, V> Loader<K, List<V>> ofMany(
            Sessions sessions,
            String name,
            KeyedStatement statement,
            RowMapper<V> mapper,
            Function<? super V, ? extends K> keyOf,
            LoaderConfig config) {
        return loader(sessions, name, new KeyedRows<>(statement, mapper, keyOf), AnswerShape.<V>many(), config);
    }

    private static <K, R, V> Loader<K, V> loader(
            Sessions sessions, String name, KeyedRows<K, R> rows, AnswerShape<R, V> shape, LoaderConfig config) {
        String shown = "loader of: " + name;
        return new Loader<>(
                shown,
                new Queues<>(
                        shown,
                        sessions,
                        config.limits(),
                        transaction -> new LoadBatch<>(shown, rows, shape, config.batchSize(), transaction != null)));
    }

    /** Emits what the key is answered; empty where a loader of single rows finds none. Cold: asks again each time. */
    public Mono<V> load(K key) {
        return new SingleWaiter.Asking<>(queues, requireNonNull(key, "key"));
    }

    /**
     * Emits one map of the keys that have an answer, in the order given; an empty one, without asking, where there are no
     * keys. Keys are asked together as far as the batch size goes. The first error ends it and withdraws the rest. Cold.
     */
    public Mono<Map<K, V>> loadAll(Collection<? extends K> keys) {
        List<K> distinct = List.copyOf(new LinkedHashSet<K>(keys));
        return distinct.isEmpty() ? Mono.just(Map.of()) : new AllWaiters.Asking<>(queues, distinct);
    }

    Queues<K, V> queues() {
        return queues;
    }

    @Override
    public String toString() {
        return name;
    }
}
