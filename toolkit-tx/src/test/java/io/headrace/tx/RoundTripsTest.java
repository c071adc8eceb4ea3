package io.headrace.tx;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.pool.Pool;
import io.headrace.pool.PoolConfig;
import io.headrace.test.FaultProxy;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What a transaction costs on the network: one round trip more than its statements, whatever savepoints it has. */
@PostgresTest
class RoundTripsTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final TestPostgres postgres;
    private final FaultProxy proxy;
    private final Pool pool;
    private final Database db;
    private final Transactions tx;

    RoundTripsTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.proxy = FaultProxy.to(postgres.host(), postgres.port());
        this.pool = Pool.open(postgres.urlThrough(proxy), PoolConfig.of(c -> c.size(1)));
        this.db = Database.on(pool);
        this.tx = Transactions.on(db);
    }

    @BeforeEach
    void warmUp() {
        postgres.execute("DROP TABLE IF EXISTS notes; CREATE TABLE notes (id int4 NOT NULL)");
        // Statements are prepared in a round trip of their own the first time.
        insert().transform(tx.required()).block(LIMIT);
        // Without it one side may answer before the other has sent all that it sends at once.
        proxy.delay(Duration.ofMillis(60));
    }

    @AfterEach
    void close() {
        pool.close().block(LIMIT);
        proxy.close();
    }

    private Mono<Long> insert() {
        return db.sql("INSERT INTO notes VALUES (:id)").bind("id", 1).update();
    }

    private long roundTripsOf(Mono<?> work) {
        long before = proxy.roundTrips();
        work.block(LIMIT);
        return proxy.roundTrips() - before;
    }

    @Test
    void oneStatementTakesTwo() {
        assertThat(roundTripsOf(insert().transform(tx.required()))).isEqualTo(2);
    }

    @Test
    void threeStatementsTakeFour() {
        assertThat(roundTripsOf(insert().then(insert()).then(insert()).transform(tx.required())))
                .isEqualTo(4);
    }

    @Test
    void threeSavepointsAroundAStatementEachCostNothingMore() {
        Mono<Void> nested = Flux.range(0, 3)
                .concatMap(n -> insert().transform(tx.nested()), 1)
                .then();

        assertThat(roundTripsOf(nested.transform(tx.required()))).isEqualTo(4);
    }

    @Test
    void anEmptyTransactionIsStillBegunAndCommitted() {
        assertThat(roundTripsOf(Mono.just(1).transform(tx.required())))
                .isLessThanOrEqualTo(2)
                .isPositive();
    }

    @Test
    void theIdOfATransactionTakesOneOnlyWhereItIsAwaited() {
        Transactions careful = tx.with(o -> o.commitCheck(CommitCheck.BEFORE_COMMIT));
        Transactions careless = tx.with(o -> o.commitCheck(CommitCheck.NONE));

        assertThat(roundTripsOf(insert().transform(careful.required()))).isEqualTo(3);
        assertThat(roundTripsOf(insert().transform(careless.required()))).isEqualTo(2);
    }
}
