package io.headrace.pool;

import static io.headrace.pool.Loans.SOON;
import static io.headrace.pool.Loans.giveBack;
import static io.headrace.pool.Loans.now;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.headrace.pool.ReplicationQuestions.Applied;
import io.headrace.pool.RoutingConfig.FallBack;
import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What becomes of a reader when a replica has nothing to lend. */
@Timeout(20)
class RoutingFallBackTest {

    private static final IllegalStateException REFUSED = new IllegalStateException("refused");

    private final List<String> ends = new CopyOnWriteArrayList<>();
    private FakeReplication replication = new FakeReplication(c -> c);

    @AfterEach
    void stopTime() {
        replication.time.dispose();
    }

    private void replace(FakeReplication other) {
        replication.time.dispose();
        replication = other;
    }

    @CanIgnoreReturnValue
    private Disposable reader() {
        Disposable reader = replication
                .reading()
                .subscribe(
                        connection -> ends.add(replication.nameOf(connection)),
                        error -> ends.add(error.getClass().getSimpleName()));
        replication.settle();
        return reader;
    }

    private static void refuse(FakeReplication.Server server) {
        server.driver.connecting = connection -> Mono.error(new IllegalStateException(REFUSED.getMessage()));
    }

    @Test
    void aReaderWhoseReplicaCannotConnectGetsTheNextAndThenThePrimary() {
        replication.start();
        refuse(replication.first);
        assertThat(replication.readFrom()).isEqualTo("second");
        assertThat(replication.replica(0).state()).isEqualTo(ReplicaState.UNREACHABLE);

        refuse(replication.second);
        replication.second.pool.close().block(SOON);
        assertThat(replication.readFrom()).isEqualTo("primary");
    }

    @Test
    void aReplicaThatCouldNotConnectIsLeftOutUntilTheNextLook() {
        replication.start();
        refuse(replication.first);
        assertThat(replication.readFrom()).isEqualTo("second");

        replication.first.driver.connecting = connection -> connection;
        assertThat(replication.readFrom()).isEqualTo("second");
        assertThat(replication.readFrom()).isEqualTo("second");
        replication.pass(Duration.ofMillis(600));
        assertThat(List.of(replication.readFrom(), replication.readFrom())).contains("first");
    }

    @Test
    void anErrorOfThePrimaryTellsAlsoOfTheReplicas() {
        replication.start();
        refuse(replication.first);
        refuse(replication.second);
        replication.primary.pool.close().block(SOON);

        StepVerifier.create(replication.reading())
                .expectErrorSatisfies(error -> {
                    assertThat(error).isInstanceOf(PoolClosedException.class);
                    assertThat(error.getSuppressed()).hasSize(1);
                    assertThat(error.getSuppressed()[0]).hasMessage("refused");
                })
                .verify(SOON);
    }

    @Test
    void readersAreNotSentToThePrimaryBecauseTheReplicasAreBusy() {
        replace(new FakeReplication(c -> c, pools -> pools.size(1).maxWaiting(0)));
        replication.start();
        Connection one = now(replication.reading());
        Connection two = now(replication.reading());

        reader();
        assertThat(ends).containsExactly("PoolExhaustedException");
        assertThat(replication.primary.pool.snapshot().acquired()).isZero();

        giveBack(two);
        reader();
        reader();
        assertThat(ends).containsExactly("PoolExhaustedException", "second", "second");
        giveBack(one);
    }

    @Test
    void oneDeadlineHoldsForAllAttemptsTogether() {
        // a connect of the replicas takes its whole 3 s, and the primary has nothing to lend
        replace(new FakeReplication(c -> c, pools -> pools.size(1)));
        replication.start();
        Connection last = now(replication.pool.create());
        replication.first.driver.connecting = connection -> Mono.never();
        replication.second.driver.connecting = connection -> Mono.never();
        replication.second.pool.close().block(SOON);

        reader();
        replication.pass(Duration.ofMillis(3_100));
        assertThat(ends).isEmpty();
        assertThat(replication.primary.pool.snapshot().waiting()).isEqualTo(1);
        replication.pass(Duration.ofMillis(1_800));
        assertThat(ends).isEmpty();
        replication.pass(Duration.ofMillis(200));

        assertThat(ends).containsExactly("PoolAcquireTimeoutException");
        assertThat(replication.primary.pool.snapshot().waiting()).isZero();
        giveBack(last);
        assertThat(replication.writtenTo()).isEqualTo("primary");
    }

    @Test
    void aReaderThatCancelsLeavesTheQueueOfItsReplica() {
        replace(new FakeReplication(c -> c, pools -> pools.size(1)));
        replication.start();
        Connection one = now(replication.reading());
        Connection two = now(replication.reading());
        Disposable waiting = reader();
        assertThat(replication.first.pool.snapshot().waiting()).isEqualTo(1);

        waiting.dispose();

        assertThat(replication.first.pool.snapshot().waiting()).isZero();
        giveBack(one);
        giveBack(two);
        assertThat(ends).isEmpty();
        assertThat(replication.first.pool.snapshot().idle()).isEqualTo(1);
    }

    @Test
    void aReaderThatCancelsAtItsSecondAttemptLeavesThatQueueToo() {
        replace(new FakeReplication(c -> c, pools -> pools.size(1)));
        replication.start();
        Connection last = now(replication.pool.create());
        refuse(replication.first);
        refuse(replication.second);
        Disposable waiting = reader();
        assertThat(replication.primary.pool.snapshot().waiting()).isEqualTo(1);

        waiting.dispose();

        assertThat(replication.primary.pool.snapshot().waiting()).isZero();
        replication.pass(Duration.ofSeconds(10));
        assertThat(ends).isEmpty();
        giveBack(last);
    }

    @Test
    void withoutFallBackAReaderIsToldWhatIsWrongWithEachReplica() {
        replace(new FakeReplication(c -> c.fallBack(FallBack.FAIL)));
        replication.start();
        replication.written = Mono.just(101L);
        replication.appliedBySecond = Mono.just(new Applied(false, 100));
        replication.pass(Duration.ofMillis(4_120));

        StepVerifier.create(replication.reading())
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(NoReplicaException.class)
                        .hasMessageMatching("pool 'primary': no replica can be read from \\(first: 4,\\d{3} ms behind; "
                                + "second: takes writes, so it is no replica; at most 2 s behind is allowed\\)\\. "
                                + "Repair the replicas, raise maximumLag, or let readers fall back to the primary\\."))
                .verify(SOON);
        assertThat(replication.writtenTo()).isEqualTo("primary");
    }

    @Test
    void withoutFallBackAFailedConnectIsTheCause() {
        replace(new FakeReplication(c -> c.fallBack(FallBack.FAIL)));
        replication.start();
        refuse(replication.first);
        refuse(replication.second);

        StepVerifier.create(replication.reading())
                .expectErrorSatisfies(error -> {
                    assertThat(error).isInstanceOf(NoReplicaException.class);
                    assertThat(error.getCause()).hasMessage("refused");
                })
                .verify(SOON);
        assertThat(replication.primary.pool.snapshot().acquired()).isZero();
    }

    @Test
    void withoutFallBackTheFirstReadersWaitForTheFirstLooks() {
        replace(new FakeReplication(c -> c.fallBack(FallBack.FAIL)));
        replication.written = Mono.just(100L).delayElement(Duration.ofMillis(1), replication.time);
        reader();
        Disposable gone = reader();
        gone.dispose();
        assertThat(ends).isEmpty();

        replication.pass(Duration.ofMillis(1));

        assertThat(ends).containsExactly("first");
    }

    @Test
    void aReaderThatWaitsForTheFirstLooksIsToldOfAClose() {
        replace(new FakeReplication(c -> c.fallBack(FallBack.FAIL)));
        replication.primary.driver.connecting = connection -> Mono.never();
        reader();
        replication.pass(Duration.ofMillis(100));

        replication.pool.close().subscribe();
        replication.pass(Duration.ofMillis(1));

        assertThat(ends).containsExactly("PoolClosedException");
    }
}
