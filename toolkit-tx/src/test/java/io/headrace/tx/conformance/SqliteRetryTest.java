package io.headrace.tx.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import io.headrace.sqlite.SqliteConfig.TransactionMode;
import io.headrace.sqlite.SqliteConnectionFactory;
import io.headrace.tx.RetryConfig;
import io.headrace.tx.Transactions;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/**
 * What SQLite refuses because of others and is run again. Connections of their own, as of several processes: those of one
 * {@code SqliteDatabase} take turns and are never refused.
 */
@Timeout(120)
class SqliteRetryTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final SqliteConnectionFactory impatient =
            SqliteConnectionFactory.temporary(c -> c.busyTimeout(Duration.ofMillis(1)));
    private final SqliteConnectionFactory deferred =
            SqliteConnectionFactory.temporary(c -> c.transactionMode(TransactionMode.DEFERRED));

    @AfterEach
    void close() {
        impatient.close().then(deferred.close()).block(LIMIT);
    }

    private static Database withCounter(SqliteConnectionFactory connections) {
        Database db = Database.on(connections);
        db.sql("CREATE TABLE counters (n integer)")
                .run()
                .then(db.sql("INSERT INTO counters VALUES (0)").run())
                .block(LIMIT);
        return db;
    }

    private static Mono<Long> increment(Database db) {
        return db.sql("UPDATE counters SET n = n + 1").update();
    }

    private static long counter(Database db) {
        return db.sql("SELECT n FROM counters").as(Long.class).one().block(LIMIT);
    }

    @Test
    void whoFindsTheDatabaseLockedGetsThroughOnceTheLockIsGone() {
        Database db = withCounter(impatient);
        Transactions tx = Transactions.on(db);
        AtomicInteger refused = new AtomicInteger();
        Sinks.Empty<Void> threeRefused = Sinks.empty();
        RetryConfig onLock = RetryConfig.of(100).when(error -> {
            boolean locked = SqlErrors.kindOf(error) == SqlErrorKind.LOCK_TIMEOUT;
            if (locked && refused.incrementAndGet() == 3) {
                threeRefused.tryEmitEmpty();
            }
            return locked;
        });
        Sinks.Empty<Void> held = Sinks.empty();
        Mono<Long> holder = tx.run(increment(db)
                .doOnNext(rows -> held.tryEmitEmpty())
                .delayUntil(rows -> threeRefused.asMono().thenReturn(1)));
        Mono<Long> other = held.asMono().then(tx.with(o -> o.retry(onLock)).run(increment(db)));

        StepVerifier.create(Flux.merge(holder, other).count())
                .expectNext(2L)
                .expectComplete()
                .verify(LIMIT);

        assertThat(counter(db)).isEqualTo(2);
        assertThat(refused.get()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void withoutTheOptionTheErrorSaysThatItWasTheLock() {
        Database db = withCounter(impatient);
        Transactions tx = Transactions.on(db);
        Mono<Long> second = Mono.defer(() -> Mono.from(increment(db).transform(tx.notSupported())));

        StepVerifier.create(tx.run(increment(db).then(second)))
                .expectErrorMatches(error -> SqlErrors.kindOf(error) == SqlErrorKind.LOCK_TIMEOUT)
                .verify(LIMIT);

        assertThat(counter(db)).isZero();
    }

    @Test
    void readersThatBecomeWritersAreRunAgainUntilNoUpdateIsLost() {
        Database db = withCounter(deferred);
        AtomicInteger runs = new AtomicInteger();
        Mono<Long> body = Mono.defer(() -> {
            runs.incrementAndGet();
            return db.sql("SELECT n FROM counters")
                    .as(Long.class)
                    .one()
                    .delayElement(Duration.ofMillis(2))
                    .flatMap(n -> db.sql("UPDATE counters SET n = :next")
                            .bind("next", n + 1)
                            .update());
        });
        Transactions tx = Transactions.on(db)
                .with(o -> o.retry(RetryConfig.of(100)
                        .when(error -> SqlErrors.kindOf(error) == SqlErrorKind.SERIALIZATION_FAILURE
                                || SqlErrors.kindOf(error) == SqlErrorKind.LOCK_TIMEOUT)));

        Flux.range(0, 4)
                .flatMap(lane -> Flux.range(0, 10).concatMap(i -> tx.run(body)), 4)
                .then()
                .block(LIMIT);

        assertThat(counter(db)).isEqualTo(40);
        assertThat(runs.get()).isGreaterThan(40);
    }
}
