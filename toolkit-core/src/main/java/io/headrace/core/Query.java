package io.headrace.core;

import io.headrace.core.error.MappingException;
import io.headrace.core.error.RowCountException;
import io.headrace.core.mapping.RowMapper;
import io.headrace.core.scan.Scan;
import io.headrace.core.scan.ScanSource;
import io.r2dbc.spi.Result;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A statement whose rows are wanted as {@code T}: choose how many. Immutable, and every publisher it returns is cold.
 *
 * <p>A cancel stops the statement and gives the connection back when it is quiet. A stream ends at the end of its current
 * chunk; outside a transaction the server is asked to stop as well. Inside one it is not, because that would abort the
 * transaction: a single-row statement then runs out.
 *
 * @param <T> what a row becomes
 */
public final class Query<T> {

    private final SqlStatement statement;
    private final RowMapper<T> mapper;
    private final DatabaseConfig config;

    Query(SqlStatement statement, RowMapper<T> mapper, DatabaseConfig config) {
        this.statement = statement;
        this.mapper = mapper;
        this.config = config;
    }

    /** Emits exactly one row; {@link RowCountException} where there is none or a second one. */
    public Mono<T> one() {
        return single(true);
    }

    /** Emits the row or nothing; {@link RowCountException} where there is a second one. */
    public Mono<T> optional() {
        return single(false);
    }

    /** Emits the first row or nothing, and stops the statement behind it. */
    public Mono<T> first() {
        return statement.observed(rows(1).next());
    }

    /** Emits all rows in order, fetched from the server in chunks of {@link DatabaseConfig#fetchSize()} on demand. */
    public Flux<T> flux() {
        return statement.observed(rows(config.fetchSize()));
    }

    /**
     * Emits all rows in order in partitions of {@code size}, numbered from 1, the last one marked and perhaps shorter; a
     * result without rows has no partition. One round trip per partition, made when it is asked for (and none for one in
     * {@code size + 1}, whose rows have come before); the memory held is that of two partitions.
     *
     * @param size rows per partition, at least 1
     */
    public Flux<Partition<T>> partitions(int size) {
        if (size < 1) {
            throw new IllegalArgumentException("the size of a partition must be at least 1, was " + size);
        }
        // One row more than a partition, so that the row that shows there is a next one costs no round trip of its own.
        return PartitionFlux.of(statement.observed(rows(size + 1)), size);
    }

    /**
     * Scans the rows page by page in the order of these columns, which are part of the result, unique together and never
     * NULL. The statement must not have an order or a limit of its own, and is worth scanning where it is simple enough
     * for the database to use an index on the key.
     */
    public Scan<T> scanBy(String first, String... more) {
        return ScanSource.of(new StatementPages(statement), mapper).by(first, more);
    }

    private Mono<T> single(boolean required) {
        return statement.observed(new SingleRow<>(statement.execute(this::read), statement, required));
    }

    private Flux<T> rows(int fetchSize) {
        return statement.stream(fetchSize, this::read);
    }

    private Publisher<T> read(Result result) {
        long[] rowNumber = {0};
        return result.map((row, metadata) -> {
            rowNumber[0]++;
            try {
                return mapper.map(row, metadata);
            } catch (MappingException error) {
                throw error.atRow(rowNumber[0]);
            }
        });
    }
}
