package io.headrace.tx;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.core.connection.TransactionOutcome;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What is registered from inside a transaction runs around its end, when it should and never otherwise. */
@PostgresTest
class HooksTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final TestPostgres postgres;
    private final Database db;
    private final Transactions tx;
    private final List<String> ran = new CopyOnWriteArrayList<>();

    HooksTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.db = Database.on(postgres.connectionFactory());
        this.tx = Transactions.on(db);
    }

    @BeforeEach
    void createNotes() {
        ran.clear();
        postgres.execute("DROP TABLE IF EXISTS notes; CREATE TABLE notes (id int4 PRIMARY KEY)");
    }

    private Mono<Long> insert(int id) {
        return db.sql("INSERT INTO notes VALUES (:id)").bind("id", id).update();
    }

    private Mono<Long> count() {
        return db.sql("SELECT count(*) FROM notes").as(Long.class).one();
    }

    private Mono<Void> note(String name) {
        return Mono.fromRunnable(() -> ran.add(name));
    }

    /** One of each kind. */
    private Mono<Void> hooks(String name) {
        return Flux.concat(
                        tx.beforeCommit(note(name + " before")),
                        tx.afterCommit(note(name + " committed")),
                        tx.afterRollback(note(name + " rolled back")),
                        tx.afterCompletion(outcome -> note(name + " " + outcome)))
                .then();
    }

    @Test
    void afterACommitThoseOfACommitHaveRunBeforeTheValueComes() {
        StepVerifier.create(hooks("a").then(insert(1)).transform(tx.required()).doOnNext(value -> ran.add("value")))
                .expectNext(1L)
                .expectComplete()
                .verify(LIMIT);

        assertThat(ran).containsExactly("a before", "a committed", "a " + TransactionOutcome.COMMITTED, "value");
    }

    @Test
    void afterAnErrorThoseOfARollbackHaveRun() {
        StepVerifier.create(hooks("a")
                        .then(insert(1))
                        .then(Mono.error(new IllegalStateException("body")))
                        .transform(tx.required()))
                .expectErrorMessage("body")
                .verify(LIMIT);

        assertThat(ran).containsExactly("a rolled back", "a " + TransactionOutcome.ROLLED_BACK);
    }

    @Test
    void afterACancelThoseOfARollbackRun() {
        Disposable running = hooks("a")
                .then(insert(1))
                .then(Mono.never())
                .transform(tx.required())
                .subscribe();
        Conditions.await(() -> !postgres.openTransactions().isEmpty());

        running.dispose();

        Conditions.await(() -> ran.size() == 2);
        assertThat(ran).containsExactly("a rolled back", "a " + TransactionOutcome.ROLLED_BACK);
    }

    @Test
    void thoseBeforeTheCommitRunInsideAndTheirErrorRollsBack() {
        Mono<Void> check = count().flatMap(
                        rows -> rows > 1 ? Mono.error(new IllegalStateException("too many rows")) : Mono.empty());

        StepVerifier.create(tx.beforeCommit(check).then(insert(1)).transform(tx.required()))
                .expectNext(1L)
                .expectComplete()
                .verify(LIMIT);
        StepVerifier.create(tx.beforeCommit(check).then(insert(2)).transform(tx.required()))
                .expectErrorMessage("too many rows")
                .verify(LIMIT);

        assertThat(postgres.queryLong("SELECT count(*) FROM notes")).isEqualTo(1);
    }

    @Test
    void oneBeforeTheCommitMayRegisterAnother() {
        StepVerifier.create(tx.beforeCommit(note("first").then(tx.beforeCommit(note("second"))))
                        .then(insert(1))
                        .transform(tx.required()))
                .expectNext(1L)
                .expectComplete()
                .verify(LIMIT);

        assertThat(ran).containsExactly("first", "second");
    }

    @Test
    void thoseOfASavepointThatIsRolledBackAreDroppedAndOfOneThatIsReleasedRun() {
        Mono<Object> dropped = hooks("dropped")
                .then(insert(1))
                .then(Mono.error(new IllegalStateException("inner")))
                .transform(tx.nested())
                .onErrorResume(IllegalStateException.class, error -> Mono.empty());
        Mono<Long> kept = hooks("kept").then(insert(2)).transform(tx.nested());

        StepVerifier.create(dropped.then(kept).transform(tx.required()))
                .expectNext(1L)
                .expectComplete()
                .verify(LIMIT);

        assertThat(ran).containsExactly("kept before", "kept committed", "kept " + TransactionOutcome.COMMITTED);
    }

    @Test
    void anErrorOfOneAfterTheCommitChangesNothingAndTheOthersRun() {
        StepVerifier.create(tx.afterCommit(Mono.error(new IllegalStateException("hook")))
                        .then(tx.afterCommit(note("other")))
                        .then(insert(1))
                        .transform(tx.required()))
                .expectNext(1L)
                .expectComplete()
                .verify(LIMIT);

        assertThat(ran).containsExactly("other");
        assertThat(postgres.queryLong("SELECT count(*) FROM notes")).isEqualTo(1);
    }

    @Test
    void oneAfterTheCommitRunsOutsideAlsoWhereItsTransactionStoodInsideAnother() {
        Mono<Long> beside = tx.afterCommit(
                        count().doOnNext(rows -> ran.add("saw " + rows)).then())
                .then(insert(2))
                .transform(tx.requiresNew());

        StepVerifier.create(insert(1).then(beside).transform(tx.required()))
                .expectNext(1L)
                .expectComplete()
                .verify(LIMIT);

        assertThat(ran).containsExactly("saw 1");
    }

    @Test
    void outsideATransactionTheyAreRefused() {
        StepVerifier.create(tx.afterCommit(note("never"))).verifyError(NoTransactionException.class);

        assertThat(ran).isEmpty();
    }
}
