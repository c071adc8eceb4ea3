package io.headrace.tx;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.pool.Pool;
import io.headrace.pool.PoolConfig;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Transactions on a small pool, cancelled at random moments: what is reported as committed is there, and nothing else. */
@PostgresTest
class CancelledTransactionsTest {

    private static final int TRANSACTIONS = 1_000;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final TestPostgres postgres;

    CancelledTransactionsTest(TestPostgres postgres) {
        this.postgres = postgres;
    }

    @Test
    void aCancelAtAnyMomentLeavesNoHalfTransactionAndNoBusyConnection() {
        postgres.execute("CREATE TABLE pairs (id int4 NOT NULL, half int4 NOT NULL)");
        Pool pool = Pool.open(postgres.url(), PoolConfig.of(c -> c.size(4).maxWaiting(TRANSACTIONS)));
        Database db = Database.on(pool);
        Transactions tx = Transactions.on(db);
        AtomicInteger committed = new AtomicInteger();
        Random random = new Random(42);

        Flux.range(1, TRANSACTIONS)
                .flatMap(
                        id -> insert(db, id, 1)
                                .then(insert(db, id, 2))
                                .transform(tx.required())
                                .doOnNext(rows -> committed.incrementAndGet())
                                .timeout(moment(random), Mono.empty()),
                        8)
                .then()
                .block(LIMIT);

        StepVerifier.create(db.sql("SELECT 1").as(Integer.class).one().repeat(7))
                .expectNextCount(8)
                .expectComplete()
                .verify(LIMIT);
        pool.close().block(LIMIT);
        assertThat(postgres.queryLong(
                        "SELECT count(*) FROM (SELECT 1 FROM pairs GROUP BY id HAVING count(*) <> 2) AS h"))
                .isZero();
        assertThat(postgres.queryLong("SELECT count(DISTINCT id) FROM pairs"))
                .isBetween((long) committed.get(), (long) TRANSACTIONS);
        assertThat(committed).hasPositiveValue();
    }

    /** Mostly early, while connecting or beginning; some late enough that the commit wins. */
    private static Duration moment(Random random) {
        return Duration.ofNanos((long) (Math.pow(random.nextDouble(), 3) * 80_000_000) + 1);
    }

    private static Mono<Long> insert(Database db, int id, int half) {
        return db.sql("INSERT INTO pairs VALUES (:id, :half)")
                .bind("id", id)
                .bind("half", half)
                .update();
    }
}
