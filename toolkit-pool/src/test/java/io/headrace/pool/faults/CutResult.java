package io.headrace.pool.faults;

import static io.headrace.pool.Sql.one;
import static io.headrace.pool.faults.Ask.done;
import static io.headrace.pool.faults.Ask.now;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.FaultProxy;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import reactor.core.publisher.Flux;

/** Ten rows of a large result, and what that costs the next statement on the connection: counted in bytes, not in time. */
final class CutResult {

    private static final int ROWS = 6_000;
    private static final int ROW_BYTES = 10_000;

    /** The least that the whole result takes on the wire: far more than sockets and the proxy hold back. */
    static final long BYTES = (long) ROWS * ROW_BYTES;

    private CutResult() {}

    static long bytesUntilTheNextAnswer(ConnectionFactory pool, FaultProxy proxy, int fetchSize) {
        long before = proxy.bytesForwarded();
        Connection first = now(pool.create());
        assertThat(now(Flux.from(first.createStatement("SELECT n, repeat('x', $1) FROM generate_series(1, $2) AS n")
                                .bind("$1", ROW_BYTES)
                                .bind("$2", ROWS)
                                .fetchSize(fetchSize)
                                .execute())
                        .concatMap(result -> result.map((row, metadata) -> requireNonNull(row.get(0, Integer.class))))
                        .take(10)
                        .collectList()))
                .hasSize(10);
        done(first.close());
        assertThat(now(one(pool, "SELECT 1", Integer.class))).isOne();
        return proxy.bytesForwarded() - before;
    }
}
