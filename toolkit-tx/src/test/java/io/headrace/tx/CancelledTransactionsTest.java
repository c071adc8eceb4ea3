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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/**
 * Transactions on a small pool, cancelled at random moments: what is reported as committed is there, and nothing else. A
 * thousand each time; {@code -Dheadrace.stress.cancels=200000} for as many cancels as one likes.
 */
@PostgresTest
class CancelledTransactionsTest {

    private static final Logger LOG = LoggerFactory.getLogger(CancelledTransactionsTest.class);

    private static final long CANCELS = Long.getLong("headrace.stress.cancels", 0);
    private static final int TRANSACTIONS = 1_000;
    private static final int AT_ONCE = 8;

    /** One in so many waits for its end, so that also on a slow machine some commit. */
    private static final int PATIENT = 20;

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration LONG = Duration.ofHours(1);

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
        AtomicInteger begun = new AtomicInteger();
        AtomicInteger cancelled = new AtomicInteger();
        AtomicInteger committed = new AtomicInteger();
        long seed = Long.getLong("headrace.stress.seed", 42);
        long start = System.nanoTime();

        Flux.range(0, AT_ONCE)
                .flatMap(
                        caller -> {
                            Random random = new Random(seed + caller);
                            return Mono.defer(() -> {
                                        int id = begun.incrementAndGet();
                                        Mono<Long> pair = pair(db, tx, id, committed);
                                        return id % PATIENT == 0
                                                ? pair
                                                : pair.timeout(
                                                        moment(random), Mono.fromRunnable(cancelled::incrementAndGet));
                                    })
                                    .repeat(() ->
                                            CANCELS == 0 ? begun.get() < TRANSACTIONS : cancelled.get() < CANCELS);
                        },
                        AT_ONCE)
                .then()
                .block(CANCELS == 0 ? LIMIT : LONG);

        StepVerifier.create(db.sql("SELECT 1").as(Integer.class).one().repeat(7))
                .expectNextCount(8)
                .expectComplete()
                .verify(LIMIT);
        pool.close().block(LIMIT);
        assertThat(postgres.queryLong(
                        "SELECT count(*) FROM (SELECT 1 FROM pairs GROUP BY id HAVING count(*) <> 2) AS h"))
                .isZero();
        assertThat(postgres.queryLong("SELECT count(DISTINCT id) FROM pairs"))
                .isBetween((long) committed.get(), (long) begun.get());
        assertThat(committed).hasPositiveValue();
        assertThat(cancelled).hasPositiveValue();
        if (CANCELS > 0) {
            LOG.warn(
                    "{} cancels and {} commits in {} s, nothing left",
                    cancelled,
                    committed,
                    Duration.ofNanos(System.nanoTime() - start).toSeconds());
        }
    }

    private static Mono<Long> pair(Database db, Transactions tx, int id, AtomicInteger committed) {
        return insert(db, id, 1)
                .then(insert(db, id, 2))
                .transform(tx.required())
                .doOnNext(rows -> committed.incrementAndGet());
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
