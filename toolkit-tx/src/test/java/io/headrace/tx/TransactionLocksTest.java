package io.headrace.tx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.core.Database;
import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import io.headrace.core.error.UnsupportedFeatureException;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Advisory locks while two transactions want the same. */
@PostgresTest
class TransactionLocksTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final LockKey KEY = LockKey.of("import");

    private final TestPostgres postgres;
    private final Transactions tx;
    private final TransactionLocks locks;

    TransactionLocksTest(TestPostgres postgres) {
        Database db = Database.on(postgres.connectionFactory());
        this.postgres = postgres;
        this.tx = Transactions.on(db);
        this.locks = TransactionLocks.on(db);
    }

    /** What this emits in a transaction of its own, while another holds the lock. */
    private <T> Mono<T> whileHeld(Mono<?> held, Mono<T> body) {
        Mono<T> elsewhere = Mono.fromSupplier(() -> tx.run(body).block(LIMIT)).subscribeOn(Schedulers.boundedElastic());
        return tx.run(held.then(elsewhere));
    }

    private long waiting() {
        return postgres.queryLong("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted");
    }

    private long held() {
        return postgres.queryLong("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted");
    }

    @Test
    void whoComesSecondWaitsUntilTheFirstHasEnded() {
        List<String> order = new CopyOnWriteArrayList<>();
        Sinks.Empty<Void> end = Sinks.empty();
        Mono<Void> first = tx.run(locks.lock(KEY).then(end.asMono()).doOnSuccess(nothing -> order.add("first ends")));
        Mono<Void> second = tx.run(locks.lock(KEY).doOnSuccess(nothing -> order.add("second holds")));

        Disposable holding = first.subscribe();
        Conditions.await(() -> held() == 1);
        Disposable running = second.subscribe();
        Conditions.await(() -> waiting() == 1);
        end.tryEmitEmpty();

        Conditions.await(() -> holding.isDisposed() && running.isDisposed());
        assertThat(order).containsExactly("first ends", "second holds");
        assertThat(held()).isZero();
    }

    @Test
    void tryLockSaysWhetherTheLockIsHeldAndDoesNotWait() {
        assertThat(whileHeld(locks.lock(KEY), locks.tryLock(KEY)).block(LIMIT)).isFalse();
        assertThat(whileHeld(locks.lock(KEY), locks.tryLockShared(KEY)).block(LIMIT))
                .isFalse();
        assertThat(whileHeld(locks.tryLock(LockKey.of(7)), locks.tryLock(LockKey.of(8)))
                        .block(LIMIT))
                .isTrue();
        assertThat(tx.run(locks.lock(KEY).then(locks.tryLock(KEY))).block(LIMIT))
                .isTrue();
    }

    @Test
    void aSharedLockIsSharedAndKeepsOthersOut() {
        assertThat(whileHeld(locks.lockShared(KEY), locks.tryLockShared(KEY)).block(LIMIT))
                .isTrue();
        assertThat(whileHeld(locks.lockShared(KEY), locks.tryLock(KEY)).block(LIMIT))
                .isFalse();
    }

    @Test
    void keysOfDifferentKindsAreDifferentLocks() {
        assertThat(whileHeld(locks.lock(LockKey.of(0, 7)), locks.tryLock(LockKey.of(7)))
                        .block(LIMIT))
                .isTrue();
        assertThat(whileHeld(locks.lock(LockKey.of(1, 7)), locks.tryLock(LockKey.of(1, 7)))
                        .block(LIMIT))
                .isFalse();
        assertThat(whileHeld(locks.lock(LockKey.of("a")), locks.tryLock(LockKey.of("b")))
                        .block(LIMIT))
                .isTrue();
    }

    @Test
    void aLockTimeoutEndsTheWaitAndBehindASavepointTheTransactionGoesOn() {
        Mono<String> patient = locks.timeout(Duration.ofMillis(50))
                .then(locks.lock(KEY))
                .thenReturn("held")
                .transform(tx.nested())
                .onErrorResume(
                        error -> SqlErrors.kindOf(error) == SqlErrorKind.LOCK_TIMEOUT,
                        error -> locks.tryLock(LockKey.of("other")).map(other -> "gave up"));

        StepVerifier.create(whileHeld(locks.lock(KEY), patient))
                .expectNext("gave up")
                .verifyComplete();
    }

    @Test
    void aLockThatWasTakenBehindASavepointIsGivenBackWithIt() {
        Mono<Boolean> body = locks.lock(KEY)
                .then(Mono.<Void>error(new IllegalStateException("part")))
                .transform(tx.nested())
                .onErrorComplete()
                .then(Mono.fromSupplier(() -> tx.run(locks.tryLock(KEY)).block(LIMIT))
                        .subscribeOn(Schedulers.boundedElastic()));

        assertThat(tx.run(body).block(LIMIT)).isTrue();
    }

    @Test
    void whoIsCancelledWhileWaitingLeavesNothingBehind() {
        Sinks.Empty<Void> end = Sinks.empty();
        Disposable first = tx.run(locks.lock(KEY).then(end.asMono())).subscribe();
        Conditions.await(() -> held() == 1);
        Disposable second = tx.run(locks.lock(KEY)).subscribe();
        Conditions.await(() -> waiting() == 1);

        second.dispose();

        Conditions.await(() -> waiting() == 0 && postgres.openTransactions().size() == 1);
        assertThat(held()).isEqualTo(1);
        end.tryEmitEmpty();
        Conditions.await(first::isDisposed);
        assertThat(held()).isZero();
    }

    @Test
    void outsideATransactionALockIsRefused() {
        StepVerifier.create(locks.lock(KEY)).verifyErrorSatisfies(error -> assertThat(error)
                .isInstanceOf(NoTransactionException.class)
                .hasMessageContaining("lock()"));
        assertThatThrownBy(() -> locks.timeout(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anotherDatabaseIsRefusedAtOnce() {
        assertThatThrownBy(() -> TransactionLocks.on(Database.on(new Elsewhere())))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("H2")
                .hasMessageContaining("locking");
    }

    /** Says to be another database; never connects. */
    private static final class Elsewhere implements ConnectionFactory {

        @Override
        public Publisher<? extends Connection> create() {
            return Mono.error(new AssertionError("connected"));
        }

        @Override
        public ConnectionFactoryMetadata getMetadata() {
            return () -> "H2";
        }
    }
}
