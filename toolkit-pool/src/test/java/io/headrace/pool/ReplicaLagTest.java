package io.headrace.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.pool.ReplicationQuestions.Applied;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;

/** When a replica is used and when it is not; the limit is 2 s and the looks are half a second apart. */
@Timeout(20)
class ReplicaLagTest {

    private static final Duration LOOK = Duration.ofMillis(500);

    private final FakeReplication replication = new FakeReplication(c -> c);
    private final AtomicLong log = new AtomicLong(100);

    @AfterEach
    void stopTime() {
        replication.time.dispose();
    }

    /** The primary writes all the time, and the second replica has applied all of it at once. */
    private void beginWriting() {
        replication.written = Mono.fromSupplier(log::incrementAndGet);
        replication.appliedBySecond = Mono.fromSupplier(() -> new Applied(true, log.get()));
        replication.start();
    }

    private boolean firstIsUsed() {
        return Stream.generate(replication::readFrom).limit(2).anyMatch("first"::equals);
    }

    @Test
    void aReplicaThatAppliesNothingMoreIsUsedUntilTheLimitAndAgainWhenItHasCaughtUp() {
        replication.appliedByFirst = Mono.fromSupplier(() -> new Applied(true, log.get()));
        beginWriting();
        replication.appliedByFirst = Mono.just(new Applied(true, log.get()));
        assertThat(firstIsUsed()).isTrue();

        replication.pass(Duration.ofMillis(1_900));
        assertThat(firstIsUsed()).isTrue();
        replication.pass(Duration.ofMillis(200));
        assertThat(firstIsUsed()).isFalse();
        assertThat(replication.readFrom()).isEqualTo("second");
        assertThat(replication.replica(0).state()).isEqualTo(ReplicaState.BEHIND);
        assertThat(replication.replica(0).behind()).isBetween(Duration.ofSeconds(2), Duration.ofMillis(2_500));
        assertThat(replication.replica(0).brief()).startsWith("first: 2").endsWith("ms behind");

        replication.appliedByFirst = Mono.fromSupplier(() -> new Applied(true, log.get()));
        replication.pass(LOOK);
        assertThat(firstIsUsed()).isTrue();
        assertThat(replication.replica(0).state()).isEqualTo(ReplicaState.FOLLOWING);
    }

    @Test
    void aReplicaThatFollowsAtAConstantDistanceWithinTheLimitIsAlwaysUsed() {
        // what was written a look and a half ago
        replication.appliedByFirst = Mono.fromSupplier(() -> new Applied(true, log.get() - 1));
        beginWriting();
        replication.pass(LOOK);

        for (int step = 0; step < 100; step++) {
            replication.pass(Duration.ofMillis(50));
            assertThat(firstIsUsed()).as("after %d steps", step).isTrue();
        }
    }

    @Test
    void aPrimaryThatWritesNothingLeavesNobodyBehind() {
        replication.start();

        replication.pass(Duration.ofHours(1));

        assertThat(firstIsUsed()).isTrue();
        assertThat(replication.replica(0).behind()).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void aReplicaThatIsCutOffFromItsPrimaryIsFoundOutThoughItHasAppliedAllThatItGot() {
        replication.start();
        replication.written = Mono.just(101L);

        replication.pass(Duration.ofMillis(2_600));

        assertThat(replication.readFrom()).isEqualTo("primary");
        assertThat(replication.replica(0).state()).isEqualTo(ReplicaState.BEHIND);
    }

    @Test
    void withoutNewsOfThePrimaryTheReplicasAreUsedUntilTheLimitOnly() {
        replication.start();
        replication.written = Mono.error(new IllegalStateException("down"));

        replication.pass(Duration.ofMillis(1_900));
        assertThat(firstIsUsed()).isTrue();
        replication.pass(Duration.ofMillis(700));
        assertThat(firstIsUsed()).isFalse();

        replication.written = Mono.just(100L);
        replication.pass(Duration.ofSeconds(1));
        assertThat(firstIsUsed()).isTrue();
    }

    @Test
    void aReplicaThatDoesNotAnswerALookInTimeIsOutUntilItDoes() {
        replication.start();
        replication.appliedByFirst = Mono.never();

        replication.pass(Duration.ofMillis(1_400));
        assertThat(firstIsUsed()).isTrue();
        replication.pass(Duration.ofMillis(200));
        assertThat(firstIsUsed()).isFalse();
        assertThat(replication.replica(0).state()).isEqualTo(ReplicaState.UNREACHABLE);
        assertThat(replication.replica(0).behind()).isNull();

        replication.appliedByFirst = Mono.just(new Applied(true, 100));
        replication.pass(Duration.ofMillis(1_500));
        assertThat(firstIsUsed()).isTrue();
        // the connection that did not answer was given up
        assertThat(replication.first.driver.opened.get(0).closed).isTrue();
    }

    @Test
    void aLookThatCannotConnectIsRepeated() {
        replication.start();
        replication.appliedByFirst = Mono.error(new IllegalStateException("cut"));
        replication.first.driver.connecting = connection -> Mono.error(new IllegalStateException("refused"));
        replication.pass(LOOK);
        assertThat(replication.replica(0).state()).isEqualTo(ReplicaState.UNREACHABLE);

        replication.pass(Duration.ofMinutes(1));
        replication.appliedByFirst = Mono.just(new Applied(true, 100));
        replication.first.driver.connecting = connection -> connection;
        replication.pass(LOOK);

        assertThat(firstIsUsed()).isTrue();
    }

    @Test
    void aConnectionForALookThatComesTooLateIsClosed() {
        replication.first.driver.connecting =
                connection -> connection.delayElement(Duration.ofMillis(1_500), replication.time);
        replication.start();
        replication.pass(Duration.ofMillis(1_100));
        assertThat(replication.replica(0).state()).isEqualTo(ReplicaState.UNREACHABLE);

        replication.first.driver.connecting = connection -> connection;
        replication.pass(Duration.ofSeconds(3));

        assertThat(replication.replica(0).state()).isEqualTo(ReplicaState.FOLLOWING);
        assertThat(replication.first.driver.stillOpen()).isEqualTo(1);
    }

    @Test
    void aReplicaThatWasPromotedIsNotUsed() {
        replication.start();
        replication.appliedByFirst = Mono.just(new Applied(false, 100));
        replication.appliedBySecond = Mono.just(new Applied(false, 5_000));

        replication.pass(LOOK);

        assertThat(replication.readFrom()).isEqualTo("primary");
        assertThat(replication.replica(0).state()).isEqualTo(ReplicaState.NOT_A_REPLICA);
    }

    @Test
    void aReplicaWhosePoolWasClosedIsNotUsed() {
        replication.start();
        replication.first.pool.close().block(Loans.SOON);

        assertThat(replication.readFrom()).isEqualTo("second");
        assertThat(replication.readFrom()).isEqualTo("second");
        assertThat(replication.replica(0).state()).isEqualTo(ReplicaState.CLOSED);
    }
}
