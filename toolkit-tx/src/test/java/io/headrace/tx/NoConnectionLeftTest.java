package io.headrace.tx;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.pool.Pool;
import io.headrace.pool.PoolConfig;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** Transactions within transactions on a pool that has not enough connections for them. */
@PostgresTest
@Timeout(60)
class NoConnectionLeftTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final TestPostgres postgres;
    private final Pool pool;
    private final Database db;
    private final Transactions tx;

    NoConnectionLeftTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.pool = pool(Duration.ofSeconds(20));
        this.db = Database.on(pool);
        this.tx = Transactions.on(db);
    }

    private Pool pool(Duration acquireTimeout) {
        return Pool.open(
                postgres.url(), PoolConfig.of(c -> c.name("shop").size(2).acquireTimeout(acquireTimeout)));
    }

    @BeforeEach
    void createNotes() {
        postgres.execute("DROP TABLE IF EXISTS notes; CREATE TABLE notes (id int4 PRIMARY KEY)");
    }

    @AfterEach
    void closePool() {
        pool.close().block(LIMIT);
    }

    private Mono<Long> insert(int id) {
        return db.sql("INSERT INTO notes VALUES (:id)").bind("id", id).update();
    }

    private Mono<Long> beside(Mono<Long> body) {
        return Mono.from(body.transform(tx.requiresNew()));
    }

    @Test
    void theOneThatWouldMakeAllWaitForEachOtherFailsAtOnceAndTheOthersGoOn() {
        AtomicInteger begun = new AtomicInteger();
        Sinks.Empty<Void> bothHaveOne = Sinks.empty();
        AtomicInteger refused = new AtomicInteger();

        List<Long> done = Flux.range(1, 2)
                .flatMap(
                        id -> tx.run(insert(id)
                                        .doOnNext(rows -> {
                                            if (begun.incrementAndGet() == 2) {
                                                bothHaveOne.tryEmitEmpty();
                                            }
                                        })
                                        .then(bothHaveOne.asMono())
                                        .then(beside(insert(10 + id))))
                                .onErrorResume(NoConnectionLeftException.class, error -> {
                                    assertThat(error)
                                            .hasMessageContaining("all 2 connections of Pool[shop]")
                                            .hasMessageContaining("requiresNew()");
                                    refused.incrementAndGet();
                                    return Mono.empty();
                                }),
                        2)
                .collectList()
                .block(Duration.ofSeconds(10));

        assertThat(refused).hasValue(1);
        assertThat(done).containsExactly(1L);
        assertThat(postgres.queryLong("SELECT count(*) FROM notes")).isEqualTo(2);
    }

    @Test
    void theOuterTransactionMayHandleItAndGoOn() {
        Mono<Long> deep = tx.run(insert(1)
                .then(beside(insert(2).then(beside(insert(3)).onErrorReturn(NoConnectionLeftException.class, -1L)))));

        StepVerifier.create(deep).expectNext(-1L).expectComplete().verify(Duration.ofSeconds(10));

        assertThat(postgres.queryLong("SELECT count(*) FROM notes")).isEqualTo(2);
    }

    @Test
    void whoIsDoneWaitingCountsNoMore() {
        Mono<Long> pair = tx.run(insert(1).then(beside(insert(2))).then(beside(insert(3))));

        StepVerifier.create(pair.then(db.sql("DELETE FROM notes").update()).repeat(20))
                .expectNextCount(21)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void aWaitThatIsCancelledCountsNoMore() {
        Mono<Long> cutOff = tx.run(insert(1)
                .then(pool.create())
                .flatMap(held -> beside(insert(2))
                        .timeout(Duration.ofMillis(100), Mono.just(0L))
                        .flatMap(rows -> Mono.from(held.close()).thenReturn(rows)))
                .then(beside(insert(3))));

        StepVerifier.create(cutOff.then(db.sql("DELETE FROM notes").update()).repeat(2))
                .expectNext(2L, 2L, 2L)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void aPoolThatGivesUpIsNamedAsTheCause() {
        Pool impatient = pool(Duration.ofSeconds(10));
        Database database = Database.on(impatient);
        Transactions transactions = Transactions.on(database);
        Mono<Integer> one = database.sql("SELECT 1").as(Integer.class).one();
        Mono<Integer> waiting = transactions.run(
                one.then(impatient.create()).flatMap(held -> Mono.from(one.transform(transactions.requiresNew()))
                        .materialize()
                        .flatMap(signal -> Mono.from(held.close()).thenReturn(signal))
                        .dematerialize()));

        StepVerifier.create(waiting)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(NoConnectionLeftException.class)
                        .hasMessageContaining("held 1")
                        .hasCauseInstanceOf(io.headrace.pool.PoolAcquireTimeoutException.class))
                .verify(LIMIT);
        impatient.close().block(LIMIT);
    }
}
