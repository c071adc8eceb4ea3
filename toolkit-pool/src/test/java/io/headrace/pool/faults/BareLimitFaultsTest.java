package io.headrace.pool.faults;

import static io.headrace.pool.faults.Ask.done;
import static io.headrace.pool.faults.Ask.now;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.R2dbcTransientResourceException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.netty.resources.LoopResources;

/** Faults of r2dbc-pool on r2dbc-postgresql without us, where something has no limit or a surprising one. */
@PostgresTest
@Timeout(60)
class BareLimitFaultsTest {

    private static final int EVENT_LOOPS = 4;
    private static final int CONNECTIONS = 8;

    private final TestPostgres postgres;

    BareLimitFaultsTest(TestPostgres postgres) {
        this.postgres = postgres;
    }

    @Test
    void statementsBeyondTheRequestQueueOfOneConnectionAreErrors() {
        try (BarePool pool = BarePool.of(postgres.url(), 1)) {
            Connection connection = now(pool.create());

            List<Throwable> errors = Crowd.errorsOnOneConnection(connection);

            assertThat(errors)
                    .as(Mended.hint("the driver refuses the 257th statement that waits on one connection"))
                    .isNotEmpty()
                    .allSatisfy(error -> assertThat(error)
                            .isInstanceOf(R2dbcTransientResourceException.class)
                            .hasMessageContaining("request queue limit is exceeded"));
            done(connection.close());
        }
    }

    @Test
    void connectionsShareAHalfOfTheEventLoopsWhileTheOthersHaveNone() {
        // the driver's own loops have this form, with as many threads as processors
        LoopResources loops = LoopResources.create("bare", EVENT_LOOPS, true);
        ConnectionFactory driver = ConnectionFactories.get(ConnectionFactoryOptions.parse(postgres.url())
                .mutate()
                .option(PostgresqlConnectionFactoryProvider.LOOP_RESOURCES, loops)
                .build());
        try (BarePool pool = BarePool.of(driver, CONNECTIONS, UnaryOperator.identity())) {
            List<Connection> lent = Ask.lend(pool, CONNECTIONS);

            assertThat(EventLoops.of(lent))
                    .as(Mended.hint("8 connections are on 2 of 4 event loops"))
                    .hasSizeLessThan(EVENT_LOOPS);
            Ask.giveBack(lent);
        } finally {
            loops.disposeLater().block(Ask.LATER);
        }
    }

    @Test
    void everyTextOfAStatementStaysPreparedOnTheServer() {
        try (BarePool pool = BarePool.of(postgres.url(), 1)) {
            assertThat(ManyTexts.preparedOnTheServer(pool))
                    .as(Mended.hint("the cache of prepared statements has no bound"))
                    .isEqualTo(ManyTexts.TEXTS);
        }
    }

    @Test
    void aBoundOnPreparedStatementsHasToBeAskedFor() {
        String url = postgres.url() + "?preparedStatementCacheQueries=50";
        try (BarePool pool = BarePool.of(url, 1)) {
            assertThat(ManyTexts.preparedOnTheServer(pool)).isLessThanOrEqualTo(50);
        }
    }
}
