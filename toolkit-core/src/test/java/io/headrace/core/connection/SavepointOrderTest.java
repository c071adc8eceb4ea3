package io.headrace.core.connection;

import static io.headrace.core.connection.SavepointTrial.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.error.OpenStreamException;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** What runs behind a savepoint, what waits for it, and what travels with what. */
@PostgresTest
@Timeout(120)
class SavepointOrderTest {

    private final SavepointTrial trial;

    SavepointOrderTest(TestPostgres postgres) {
        this.trial = SavepointTrial.on(postgres);
    }

    @AfterEach
    void close() {
        trial.close();
    }

    /** The statements between BEGIN and COMMIT, without their values. */
    private List<String> order() {
        return trial.sent().stream()
                .filter(text -> !text.equals("BEGIN"))
                .map(text ->
                        text.startsWith("INSERT") ? "INSERT" : text.replaceAll(" SAVEPOINT | TO |headrace_|\"", ""))
                .toList();
    }

    @Test
    void aStatementOfTheOuterLevelWaitsForTheSavepointAndIsNotUndoneWithIt() {
        Mono<Long> body = trial.transaction(outer -> Mono.zip(
                        trial.nested(
                                        outer,
                                        trial.insert(1).then(trial.insert(2)).then(trial.fail()))
                                .onErrorReturn(0),
                        trial.insert(3))
                .map(both -> both.getT2()));

        StepVerifier.create(body).expectNext(1L).expectComplete().verify(LIMIT);

        assertThat(trial.kept()).isEqualTo("3");
        assertThat(order().get(order().size() - 1)).isEqualTo("INSERT");
    }

    @Test
    void siblingsThatStartTogetherRunOneBehindTheOther() {
        Mono<Integer> body = trial.transaction(outer -> Flux.range(0, 5)
                .flatMap(
                        n -> trial.nested(
                                        outer,
                                        trial.insert(10 * n)
                                                .then(trial.insert(10 * n + 1))
                                                .then(n % 2 == 0 ? Mono.just(1) : Mono.<Integer>error(new Refused())))
                                .onErrorReturn(Refused.class, 0),
                        5)
                .reduce(0, Integer::sum));

        StepVerifier.create(body).expectNext(3).expectComplete().verify(LIMIT);

        assertThat(trial.kept()).isEqualTo("0,1,20,21,40,41");
    }

    @Test
    void whatTheInnermostLevelStartsGoesBeforeAllThatWaitsFurtherOut() {
        Mono<Long> body = trial.transaction(outer -> trial.insert(0)
                .then(Mono.zip(
                                trial.nested(outer, Mono.deferContextual(context -> {
                                            Session middle = trial.db.sessions().current(context);
                                            return Mono.zip(
                                                            trial.nested(
                                                                            middle,
                                                                            trial.insert(1)
                                                                                    .then(trial.insert(2))
                                                                                    .then(
                                                                                            Mono.<Long>error(
                                                                                                    new Refused())))
                                                                    .onErrorReturn(0L),
                                                            trial.insert(3))
                                                    .then(Mono.<Long>error(new Refused()));
                                        }))
                                        .onErrorReturn(0L),
                                trial.insert(4))
                        .thenReturn(1L)));

        StepVerifier.create(body).expectNext(1L).expectComplete().verify(LIMIT);

        assertThat(trial.kept()).isEqualTo("0,4");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void aTransactionOfNStatementsTakesNPlusOneRoundTrips(int statements) {
        trial.proxy.delay(Duration.ofMillis(60));
        long before = trial.proxy.roundTrips();

        trial.transaction(outer ->
                        Flux.range(0, statements).concatMap(trial::insert).then())
                .block(LIMIT);

        assertThat(trial.proxy.roundTrips() - before).isEqualTo(statements + 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aSavepointAroundEachStatementTakesNoFurtherRoundTrip(int statements) {
        trial.proxy.delay(Duration.ofMillis(60));
        long before = trial.proxy.roundTrips();

        trial.transaction(outer -> Flux.range(0, statements)
                        .concatMap(n -> trial.nested(outer, trial.insert(n)))
                        .then())
                .block(LIMIT);

        assertThat(trial.proxy.roundTrips() - before).isEqualTo(statements + 1);
        assertThat(trial.connections.sent("SAVEPOINT")).isEqualTo(statements);
        assertThat(trial.connections.sent("RELEASE")).isEqualTo(statements);
    }

    @Test
    void manyThousandEmptySavepointsInARowFitIntoTheDriversQueueAndOntoTheStack() {
        Mono<Long> body = trial.transaction(outer -> Flux.range(0, 12_000)
                .concatMap(n -> trial.nested(outer, Mono.just(n)))
                .count()
                .delayUntil(count -> trial.insert(1)));

        StepVerifier.create(body).expectNext(12_000L).expectComplete().verify(Duration.ofSeconds(90));

        assertThat(trial.kept()).isEqualTo("1");
    }

    @Test
    void manySavepointsWithinEachOtherComeBackInTurn() {
        Mono<Long> body = trial.transaction(outer -> deep(outer, 40));

        StepVerifier.create(body).expectNext(1L).expectComplete().verify(LIMIT);

        assertThat(trial.postgres.queryLong("SELECT count(*) FROM numbers")).isEqualTo(41);
    }

    private Mono<Long> deep(Session outer, int depth) {
        return depth == 0
                ? trial.insert(0)
                : SavepointScope.of(trial.db.sessions(), outer)
                        .mono(inner -> trial.insert(depth).then(deep(inner, depth - 1)));
    }

    @Test
    void whileRowsAreReadOnDemandBehindASavepointNothingElseIsStartedOnAnyLevel() {
        Flux<Integer> rows = trial.db
                .sql("SELECT n FROM generate_series(1, :rows) AS n")
                .bind("rows", 5_000)
                .as(Integer.class)
                .flux();
        Mono<Long> outerStatement = trial.transaction(outer -> trial.nested(outer, rows)
                .concatMap(n -> trial.insert(n)
                        .contextWrite(context -> trial.db.sessions().bind(outer, context)))
                .count());
        Mono<Long> savepoint = trial.transaction(outer -> trial.nested(outer, rows)
                .concatMap(n -> trial.nested(outer, trial.insert(n)))
                .count());

        StepVerifier.create(outerStatement)
                .expectError(OpenStreamException.class)
                .verify(LIMIT);
        StepVerifier.create(savepoint).expectError(OpenStreamException.class).verify(LIMIT);

        assertThat(trial.kept()).isEmpty();
    }

    @Test
    void aStreamThatIsCutOffBehindASavepointDisturbsNobody() {
        Mono<Long> body = trial.transaction(outer -> trial.nested(
                        outer,
                        trial.db
                                .sql("SELECT n FROM generate_series(1, 1000000) AS n")
                                .as(Integer.class)
                                .flux()
                                .take(3))
                .collectList()
                .flatMapMany(Flux::fromIterable)
                .concatMap(n -> trial.nested(outer, trial.insert(n)))
                .count());

        StepVerifier.create(body).expectNext(3L).expectComplete().verify(LIMIT);

        assertThat(trial.kept()).isEqualTo("1,2,3");
    }

    /** Many threads write to the transaction itself while savepoints come and go, and each of those is rolled back. */
    @Test
    void noStatementOfAnotherThreadEverLandsBehindASavepointThatItKnowsNothingOf() {
        int rounds = 300;
        int writers = 6;
        Mono<Void> body = trial.transaction(outer -> {
            Flux<Long> savepoints = Flux.range(0, rounds).concatMap(n -> trial.nested(
                            outer,
                            trial.insert(-1).then(hop()).then(trial.insert(-2)).then(Mono.<Long>error(new Refused())))
                    .onErrorReturn(Refused.class, 0L)
                    .subscribeOn(Schedulers.boundedElastic()));
            Flux<Long> others = Flux.range(0, writers)
                    .flatMap(
                            writer -> Flux.range(0, rounds).concatMap(n -> hop().then(trial.insert(writer * rounds + n))
                                    .subscribeOn(Schedulers.boundedElastic())),
                            writers);
            return Flux.merge(savepoints, others).then();
        });

        StepVerifier.create(body).expectComplete().verify(Duration.ofSeconds(100));

        assertThat(trial.postgres.queryLong("SELECT count(*) FROM numbers WHERE n < 0"))
                .isZero();
        assertThat(trial.postgres.queryLong("SELECT count(DISTINCT n) FROM numbers"))
                .isEqualTo((long) writers * rounds);
    }

    /** Away from the event loop, most of the time. */
    private static Mono<Void> hop() {
        return ThreadLocalRandom.current().nextInt(4) == 0
                ? Mono.empty()
                : Mono.<Void>empty().publishOn(Schedulers.boundedElastic());
    }

    @Test
    void savepointsOfManyThreadsKeepAndUndoEachItsOwn() {
        int threads = 8;
        int rounds = 60;
        Mono<Void> body = trial.transaction(outer -> Flux.range(0, threads)
                .flatMap(
                        thread -> Flux.range(0, rounds).concatMap(n -> {
                            int id = 2 * (thread * rounds + n);
                            return trial.nested(
                                            outer,
                                            trial.insert(id)
                                                    .then(trial.insert(id + 1))
                                                    .then(n % 3 == 0 ? Mono.<Long>error(new Refused()) : Mono.just(1L)))
                                    .onErrorReturn(Refused.class, 0L)
                                    .subscribeOn(Schedulers.boundedElastic());
                        }),
                        threads)
                .then());

        StepVerifier.create(body).expectComplete().verify(Duration.ofSeconds(100));

        long kept = IntStream.range(0, rounds).filter(n -> n % 3 != 0).count() * threads;
        assertThat(trial.postgres.queryLong("SELECT count(DISTINCT n) FROM numbers"))
                .isEqualTo(2 * kept);
        assertThat(trial.postgres.queryLong(
                        "SELECT count(*) FROM (SELECT 1 FROM numbers GROUP BY n / 2 HAVING count(*) <> 2) AS torn"))
                .isZero();
    }

    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refused() {
            super("refused", null, false, false);
        }
    }
}
