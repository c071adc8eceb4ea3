package io.headrace.tx;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.headrace.core.Database;
import io.headrace.core.connection.TransactionOutcome;
import io.headrace.core.error.SqlErrorKind;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** What listeners, the log and the transaction itself tell. */
@PostgresTest
@Timeout(60)
class SignalsTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final TestPostgres postgres;
    private final Database db;
    private final List<String> signals = new CopyOnWriteArrayList<>();
    private final List<TransactionEnd> ends = new CopyOnWriteArrayList<>();
    private final Transactions tx;

    SignalsTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.db = Database.on(postgres.connectionFactory());
        this.tx = Transactions.on(db).listening(new Recorder());
    }

    private final class Recorder implements TransactionListener {
        @Override
        public TransactionObserver started(TransactionStart start, ContextView context) {
            signals.add("started");
            return new TransactionObserver() {
                @Override
                public Context contextWrite(Context written) {
                    return written.put("observed", start.attempt());
                }

                @Override
                public void begun(Duration wait) {
                    signals.add("begun");
                }

                @Override
                public void ended(TransactionEnd end) {
                    signals.add("ended");
                    ends.add(end);
                }
            };
        }
    }

    private Mono<Integer> one() {
        return db.sql("SELECT 1").as(Integer.class).one();
    }

    private TransactionEnd only() {
        assertThat(ends).hasSize(1);
        return ends.get(0);
    }

    @Test
    void aCommitIsToldFromItsBeginningToItsEndBeforeHooksAndSubscriberHearOfIt() {
        tx.with(o -> o.name("read").readOnly())
                .run(one().then(tx.afterCommit(Mono.fromRunnable(() -> signals.add("hook")))))
                .doOnSuccess(value -> signals.add("subscriber"))
                .block(LIMIT);

        assertThat(signals).containsExactly("started", "begun", "ended", "hook", "subscriber");
        assertThat(only().outcome()).isEqualTo(TransactionOutcome.COMMITTED);
        assertThat(only().start()).isEqualTo(new TransactionStart("read", null, 1, "PostgreSQL", true, false));
        assertThat(only().waited()).isPositive().isLessThanOrEqualTo(only().total());
        assertThat(only().error()).isNull();
    }

    @Test
    void theBodySeesWhatAnObserverPutsIntoItsContext() {
        Mono<Integer> seen = Mono.deferContextual(context -> Mono.just(context.get("observed")));

        assertThat(tx.run(one().then(seen)).block(LIMIT)).isEqualTo(1);
    }

    @Test
    void anErrorIsToldWithItsKindAndEachAttemptForItself() {
        Mono<Void> failing = db.sql("DO $$BEGIN RAISE EXCEPTION 'made up' USING ERRCODE = '40001'; END$$")
                .run();

        StepVerifier.create(tx.with(o -> o.retry(2)).run(failing)).expectError().verify(LIMIT);

        assertThat(ends).extracting(end -> end.start().attempt()).containsExactly(1, 2);
        assertThat(ends).allSatisfy(end -> {
            assertThat(end.outcome()).isEqualTo(TransactionOutcome.ROLLED_BACK);
            assertThat(end.errorKind()).contains(SqlErrorKind.SERIALIZATION_FAILURE);
        });
    }

    @Test
    void aTransactionThatNeverGetsAConnectionEndsToo() {
        Database unreachable = Database.on(
                io.r2dbc.spi.ConnectionFactories.get("r2dbc:postgresql://nobody:nothing@127.0.0.1:1/nowhere"));

        StepVerifier.create(Transactions.on(unreachable)
                        .listening(new Recorder())
                        .run(unreachable.sql("SELECT 1").run()))
                .expectError()
                .verify(LIMIT);

        assertThat(signals).containsExactly("started", "ended");
        assertThat(only().waited()).isNull();
        assertThat(only().outcome()).isEqualTo(TransactionOutcome.ROLLED_BACK);
    }

    @Test
    void aCancelIsToldWhenTheConnectionHasBeenGivenBack() {
        tx.run(one().then(Mono.never()))
                .doOnSubscribe(subscription -> {})
                .takeUntilOther(
                        Mono.defer(() -> Mono.fromRunnable(() -> Conditions.await(() -> signals.contains("begun")))
                                .subscribeOn(reactor.core.scheduler.Schedulers.boundedElastic())))
                .block(LIMIT);

        Conditions.await(() -> signals.contains("ended"));
        assertThat(only().outcome()).isEqualTo(TransactionOutcome.ROLLED_BACK);
        assertThat(only().error()).isNull();
    }

    @Test
    void aListenerThatFailsDisturbsNobody() {
        Transactions disturbed = Transactions.on(db).listening((start, context) -> {
            throw new IllegalStateException("a listener that is meant to fail");
        });

        assertThat(disturbed.run(one()).block(LIMIT)).isEqualTo(1);
    }

    @Test
    void aTransactionWithoutANameIsCalledByTheLineThatDescribedIt() {
        StepVerifier.create(tx.run(one().then(tx.setRollbackOnly()))).verifyComplete();

        assertThat(only().start().callSite())
                .startsWith("SignalsTest.aTransactionWithoutANameIsCalledByTheLineThatDescribedIt(SignalsTest.java:");
    }

    @Test
    void whoHoldsItsConnectionForLongIsNamedInTheLogWhileItDoes() {
        Logger logger = (Logger) LoggerFactory.getLogger(LongTransactionLog.LOGGER_NAME);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        try {
            Mono<Integer> waiting = one().flatMap(
                            value -> Mono.fromRunnable(() -> Conditions.await(() -> !lines.list.isEmpty()))
                                    .subscribeOn(reactor.core.scheduler.Schedulers.boundedElastic())
                                    .thenReturn(value));

            tx.with(o -> o.name("slow").warnAfter(Duration.ofMillis(50)))
                    .run(waiting)
                    .block(LIMIT);
            tx.with(o -> o.name("quick").warnAfter(Duration.ofSeconds(20)))
                    .run(one())
                    .block(LIMIT);
        } finally {
            logger.detachAppender(lines);
        }

        assertThat(lines.list).hasSize(1);
        assertThat(lines.list.get(0).getFormattedMessage())
                .startsWith("transaction 'slow' has held its connection for 50 ms");
    }

    @Test
    void theCurrentTransactionTellsOfItself() {
        Transactions named = tx.with(o -> o.name("order"));
        Mono<CurrentTransaction> inside =
                Mono.from(tx.setRollbackOnly().then(tx.current()).transform(named.nested()));

        assertThat(named.run(inside).block(LIMIT)).isEqualTo(new CurrentTransaction("order", 1, false, true, 1));
        assertThat(named.run(inside.then(tx.current())).block(LIMIT))
                .isEqualTo(new CurrentTransaction("order", 1, false, false, 0));
        assertThat(tx.current().blockOptional(LIMIT)).isEmpty();
    }
}
