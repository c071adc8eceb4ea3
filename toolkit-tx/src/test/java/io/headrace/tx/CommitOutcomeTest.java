package io.headrace.tx;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.core.connection.TransactionOutcome;
import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import io.headrace.test.FaultProxy;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A connection that is lost while COMMIT runs: a deferred trigger makes that take as long as a test needs. */
@PostgresTest
@Timeout(90)
class CommitOutcomeTest {

    private static final Duration LIMIT = Duration.ofSeconds(40);

    private final TestPostgres postgres;
    private final FaultProxy proxy;
    private final List<TransactionEnd> ends = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger subscriptions = new AtomicInteger();

    CommitOutcomeTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.proxy = FaultProxy.to(postgres.host(), postgres.port());
    }

    @BeforeEach
    void createNotes() {
        postgres.execute(
                """
                DROP TABLE IF EXISTS notes; CREATE TABLE notes (id int4 PRIMARY KEY, pause float8 NOT NULL);
                CREATE OR REPLACE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN PERFORM pg_sleep(NEW.pause); RETURN NULL; END$$;
                CREATE CONSTRAINT TRIGGER dawdle AFTER INSERT ON notes DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION dawdle()""");
    }

    @AfterEach
    void closeProxy() {
        proxy.close();
    }

    /** The first connection goes through the proxy, all others past it. */
    private ConnectionFactory firstThroughProxy() {
        ConnectionFactory first = ConnectionFactories.get(postgres.urlThrough(proxy));
        ConnectionFactory others = postgres.connectionFactory();
        return new ConnectionFactory() {
            @Override
            public Mono<? extends Connection> create() {
                return Mono.defer(
                        () -> Mono.from(connections.getAndIncrement() == 0 ? first.create() : others.create()));
            }

            @Override
            public ConnectionFactoryMetadata getMetadata() {
                return others.getMetadata();
            }
        };
    }

    private Mono<Long> insertThatCommitsSlowly(double seconds, UnaryOperator<TransactionOptions> options) {
        Database db = Database.on(firstThroughProxy());
        Mono<Long> insert = db.sql("INSERT INTO notes VALUES (1, :pause)")
                .bind("pause", seconds)
                .update();
        return Transactions.on(db)
                .listening(TransactionListener.onEnd(ends::add))
                .with(options)
                .run(insert.doOnSubscribe(subscription -> subscriptions.incrementAndGet()));
    }

    private boolean isCommitting() {
        return postgres.backends().stream()
                .anyMatch(backend ->
                        backend.state().equals("active") && backend.query().equals("COMMIT"));
    }

    private void cutWhileItCommits() {
        Conditions.await(this::isCommitting);
        proxy.reset();
    }

    private boolean isThere() {
        return postgres.queryLong("SELECT count(*) FROM notes") == 1;
    }

    @Test
    void aCommitThatTheServerFinishedIsReportedAsCommitted() {
        StepVerifier.create(insertThatCommitsSlowly(1, o -> o))
                .then(this::cutWhileItCommits)
                .expectNext(1L)
                .expectComplete()
                .verify(LIMIT);

        assertThat(isThere()).isTrue();
        assertThat(ends).extracting(TransactionEnd::outcome).containsExactly(TransactionOutcome.COMMITTED);
    }

    @Test
    void aCommitThatTheServerGaveUpIsReportedAsRolledBackWithTheErrorOfTheConnection() {
        StepVerifier.create(insertThatCommitsSlowly(60, o -> o))
                .then(() -> Conditions.await(this::isCommitting))
                .then(postgres::terminateBackends)
                .expectErrorSatisfies(
                        error -> assertThat(SqlErrors.kindOf(error)).isEqualTo(SqlErrorKind.CONNECTION_LOST))
                .verify(LIMIT);

        assertThat(isThere()).isFalse();
        assertThat(ends).extracting(TransactionEnd::outcome).containsExactly(TransactionOutcome.ROLLED_BACK);
    }

    @Test
    void aServerThatStillWorksOnItWhenTheTimeIsHalfOverIsToldToStop() {
        StepVerifier.create(insertThatCommitsSlowly(60, o -> o.commitCheckTimeout(Duration.ofSeconds(4))))
                .then(this::cutWhileItCommits)
                .expectErrorSatisfies(
                        error -> assertThat(SqlErrors.kindOf(error)).isEqualTo(SqlErrorKind.CONNECTION_LOST))
                .verify(LIMIT);

        assertThat(isThere()).isFalse();
        assertThat(ends).extracting(TransactionEnd::outcome).containsExactly(TransactionOutcome.ROLLED_BACK);
    }

    @Test
    void aServerThatCannotBeReachedAnyMoreMakesTheOutcomeUnknown() {
        Database db = Database.on(ConnectionFactories.get(postgres.urlThrough(proxy)));
        Mono<Long> insert = db.sql("INSERT INTO notes VALUES (1, 1)").update();
        Mono<Long> transfer = Transactions.on(db)
                .listening(TransactionListener.onEnd(ends::add))
                .with(o -> o.name("note").commitCheckTimeout(Duration.ofSeconds(3)))
                .run(insert);

        StepVerifier.create(transfer)
                .then(() -> {
                    Conditions.await(this::isCommitting);
                    proxy.refuse();
                    proxy.reset();
                })
                .expectErrorSatisfies(error -> {
                    assertThat(error)
                            .isInstanceOf(CommitOutcomeUnknownException.class)
                            .hasMessageContaining("transaction 'note'")
                            .hasMessageContaining("3000 ms");
                    assertThat(((CommitOutcomeUnknownException) error).transactionId())
                            .isPresent();
                    assertThat(SqlErrors.kindOf(error)).isEqualTo(SqlErrorKind.CONNECTION_LOST);
                })
                .verify(LIMIT);

        assertThat(ends).extracting(TransactionEnd::outcome).containsExactly(TransactionOutcome.UNKNOWN);
        Conditions.await(this::isThere);
    }

    @Test
    void anUnknownOutcomeIsNeverRunAgainWhateverTheUserChooses() {
        StepVerifier.create(insertThatCommitsSlowly(1, o -> o.commitCheck(CommitCheck.NONE)
                        .retry(RetryConfig.of(5).when(error -> true))))
                .then(this::cutWhileItCommits)
                .expectError(CommitOutcomeUnknownException.class)
                .verify(LIMIT);

        assertThat(subscriptions).hasValue(1);
        assertThat(connections).hasValue(1);
        Conditions.await(this::isThere);
    }

    @Test
    void whatIsKnownToBeRolledBackMayBeRunAgain() {
        StepVerifier.create(insertThatCommitsSlowly(
                        3, o -> o.retry(RetryConfig.of(2).on(SqlErrorKind.CONNECTION_LOST))))
                .then(() -> Conditions.await(this::isCommitting))
                .then(postgres::terminateBackends)
                .expectNext(1L)
                .expectComplete()
                .verify(LIMIT);

        assertThat(subscriptions).hasValue(2);
        assertThat(isThere()).isTrue();
    }

    /** The network goes silent when the body has ended, and the link is cut some time later. */
    private Mono<Integer> readThatIsCutOff(Transactions tx, AtomicBoolean silent, Database db) {
        return tx.run(db.sql("SELECT 42").as(Integer.class).one().doOnNext(value -> {
            proxy.blackHoleExisting();
            silent.set(true);
        }));
    }

    @Test
    void whereTheIdWasLostWithTheCommitTheOutcomeIsUnknown() {
        Database db = Database.on(firstThroughProxy());
        AtomicBoolean silent = new AtomicBoolean();

        StepVerifier.create(readThatIsCutOff(Transactions.on(db), silent, db))
                .then(() -> Conditions.await(silent::get))
                .then(proxy::resetSilent)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(CommitOutcomeUnknownException.class)
                        .hasMessageContaining("BEFORE_COMMIT"))
                .verify(LIMIT);
    }

    @Test
    void aReadOnlyTransactionHasNothingToLose() {
        Database db = Database.on(firstThroughProxy());
        AtomicBoolean silent = new AtomicBoolean();

        StepVerifier.create(readThatIsCutOff(Transactions.on(db).with(TransactionOptions::readOnly), silent, db))
                .then(() -> Conditions.await(silent::get))
                .then(proxy::resetSilent)
                .expectNext(42)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void whereTheIdIsAskedForBeforeACommitThatWasNeverSentIsRolledBack() {
        Database db = Database.on(firstThroughProxy());
        AtomicBoolean silent = new AtomicBoolean();
        Transactions careful = Transactions.on(db).with(o -> o.commitCheck(CommitCheck.BEFORE_COMMIT));

        StepVerifier.create(readThatIsCutOff(careful, silent, db))
                .then(() -> Conditions.await(silent::get))
                .then(proxy::resetSilent)
                .expectErrorSatisfies(
                        error -> assertThat(SqlErrors.kindOf(error)).isEqualTo(SqlErrorKind.CONNECTION_LOST))
                .verify(LIMIT);
    }
}
