package io.headrace.pool.faults;

import static io.headrace.pool.Sql.one;
import static io.headrace.pool.faults.Ask.done;
import static io.headrace.pool.faults.Ask.now;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.pool.Pool;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;

/** What {@link BareLimitFaultsTest} does to the bare libraries, done to a {@link Pool}. */
@PostgresTest
@Timeout(60)
class LimitsOnPoolTest {

    private static final int CONNECTIONS = 8;

    private final TestPostgres postgres;

    LimitsOnPoolTest(TestPostgres postgres) {
        this.postgres = postgres;
    }

    @Test
    void statementsBeyondTheRequestQueueLeaveTheConnectionInOrder() {
        try (PooledLine line = PooledLine.of(postgres, c -> c.size(1))) {
            Connection connection = now(line.pool.create());

            assertThat(Crowd.errorsOnOneConnection(connection)).allMatch(R2dbcException.class::isInstance);

            done(connection.close());
            line.recovers();
        }
    }

    @Test
    void callersOfADatabaseOnThePoolAreAllAnsweredHoweverMany() {
        try (PooledLine line = PooledLine.of(postgres, c -> c.size(2))) {
            Database database = Database.on(line.pool);

            List<Integer> answers = now(Flux.range(0, Crowd.STATEMENTS)
                    .flatMap(
                            i -> database.sql("SELECT :number")
                                    .bind("number", i)
                                    .as(Integer.class)
                                    .one(),
                            Crowd.STATEMENTS)
                    .collectList());

            assertThat(answers).hasSize(Crowd.STATEMENTS).doesNotHaveDuplicates();
            line.recovers();
        }
    }

    @Test
    void connectionsAreSpreadOverAllEventLoops() {
        try (PooledLine line = PooledLine.of(postgres, c -> c.size(CONNECTIONS))) {
            List<Connection> lent = Ask.lend(line.pool, CONNECTIONS);

            Map<String, Long> loops = EventLoops.of(lent);

            // as evenly as possible: no loop has two more than another
            long most = loops.values().stream().mapToLong(Long::longValue).max().orElseThrow();
            long least =
                    loops.values().stream().mapToLong(Long::longValue).min().orElseThrow();
            assertThat(most - least).as("connections on each loop: %s", loops).isLessThanOrEqualTo(1);
            Ask.giveBack(lent);
            line.recovers();
        }
    }

    @Test
    void preparedStatementsAreBoundedAndWorkBeyondTheBound() {
        try (PooledLine line = PooledLine.of(postgres, c -> c.size(1))) {
            assertThat(ManyTexts.preparedOnTheServer(line.pool)).isBetween(1L, ManyTexts.TEXTS - 1);
            assertThat(now(one(line.pool, "SELECT 1", Integer.class))).isOne();
            line.recovers();
        }
    }
}
