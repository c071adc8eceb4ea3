package io.headrace.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;

/** Refresh and resize against acquire and release, on real threads. */
@Timeout(60)
class RefreshStressTest {

    private static final int BORROWERS = 8;
    private static final int LOANS = 3_000;

    private final FakeDriver driver = new FakeDriver();
    private final Pool pool = Pool.on(
            driver, PoolConfig.of(c -> c.size(4).overflow(2).minimumIdle(2).acquireTimeout(Duration.ofSeconds(30))));
    private final Set<FakeConnection> lent = ConcurrentHashMap.newKeySet();
    private final Queue<Object> surprises = new ConcurrentLinkedQueue<>();
    private final LongAdder loans = new LongAdder();

    @Test
    void everyCallerIsServedByAConnectionThatIsOpenAndItsOwn() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(3);
        CountDownLatch ended = new CountDownLatch(BORROWERS);
        AtomicBoolean over = new AtomicBoolean();
        LongAdder refreshes = new LongAdder();
        LongAdder refreshed = new LongAdder();
        try {
            for (int i = 0; i < BORROWERS; i++) {
                threads.execute(() -> borrow(LOANS).subscribe(nothing -> {}, surprises::add, ended::countDown));
            }
            threads.execute(() -> {
                for (int round = 0; !over.get(); round++) {
                    pool.resize(2 + round % 5).subscribe(nothing -> {}, surprises::add);
                    if (round % 10 == 0) {
                        refreshes.increment();
                        pool.refresh().subscribe(nothing -> {}, surprises::add, refreshed::increment);
                    }
                    LockSupport.parkNanos(100_000);
                }
            });

            assertThat(ended.await(40, TimeUnit.SECONDS))
                    .as("%s", pool.snapshot())
                    .isTrue();
            over.set(true);
        } finally {
            over.set(true);
            threads.shutdown();
        }
        assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        assertThat(surprises).isEmpty();
        assertThat(loans.sum()).isEqualTo((long) BORROWERS * LOANS);

        pool.resize(4).then(pool.refresh()).block(Duration.ofSeconds(10));
        assertThat(refreshes.sum()).isPositive();
        // the last one may hear of its end first
        assertThat(eventually(() -> refreshed.sum() == refreshes.sum()))
                .as("%s of %s refreshes ended", refreshed, refreshes)
                .isTrue();
        pool.warmUp().block(Duration.ofSeconds(10));
        assertThat(pool.snapshot().acquired()).isZero();
        assertThat(pool.snapshot().waiting()).isZero();
        assertThat(eventually(() -> driver.stillOpen() == pool.snapshot().size()))
                .as("%s, open %s", pool.snapshot(), driver.stillOpen())
                .isTrue();
        assertThat(driver.stillOpen()).isBetween(2L, 4L);
        pool.close().block(Duration.ofSeconds(10));
        assertThat(driver.stillOpen()).isZero();
    }

    private static boolean eventually(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean() && System.nanoTime() < end) {
            LockSupport.parkNanos(1_000_000);
        }
        return condition.getAsBoolean();
    }

    private Mono<Void> borrow(int times) {
        return Mono.usingWhen(pool.create(), this::use, Connection::close)
                .repeat(times - 1)
                .then();
    }

    private Mono<Void> use(Connection connection) {
        return Mono.fromRunnable(() -> {
            FakeConnection mine = FakeDriver.behind(connection);
            if (mine.closed) {
                surprises.add("a closed connection was lent");
            }
            if (!lent.add(mine)) {
                surprises.add("a connection was lent twice");
            }
            loans.increment();
            lent.remove(mine);
        });
    }
}
