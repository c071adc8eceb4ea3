package io.headrace.pool;

import static io.headrace.pool.Loans.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.core.connection.AccessMode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Who gets a connection of which server, and when the servers are looked at. */
@Timeout(20)
class RoutingTest {

    private final FakeReplication replication = new FakeReplication(c -> c);

    @AfterEach
    void stopTime() {
        replication.time.dispose();
    }

    @Test
    void readersGoToTheReplicasInTurnAndAllOthersToThePrimary() {
        replication.start();

        assertThat(List.of(replication.readFrom(), replication.readFrom(), replication.readFrom()))
                .containsExactly("first", "second", "first");
        assertThat(replication.writtenTo()).isEqualTo("primary");
        StepVerifier.create(replication.pool.create().contextWrite(AccessMode.READ_WRITE::in))
                .consumeNextWith(lent -> assertThat(replication.nameOf(lent)).isEqualTo("primary"))
                .verifyComplete();
    }

    @Test
    void nothingIsLookedAtBeforeTheFirstAcquireWhichFallsBackToThePrimary() {
        replication.pass(Duration.ofSeconds(10));
        assertThat(replication.looks()).isZero();
        assertThat(replication.first.driver.opened).isEmpty();
        assertThat(replication.replica(0).state()).isEqualTo(ReplicaState.UNKNOWN);

        replication.written = Mono.just(100L).delayElement(Duration.ofMillis(1), replication.time);
        assertThat(replication.readFrom()).isEqualTo("primary");
        replication.pass(Duration.ofMillis(1));
        assertThat(replication.readFrom()).isEqualTo("second");
    }

    @Test
    void eachServerIsLookedAtOnOneConnectionOfItsOwnHoweverManyBorrow() {
        replication.start();
        int before = replication.looks();

        for (int reader = 0; reader < 50; reader++) {
            replication.readFrom();
        }
        assertThat(replication.looks()).isEqualTo(before);

        replication.pass(Duration.ofSeconds(5));
        assertThat(replication.looks()).isEqualTo(before + 30);
        // one for the looks, one for the readers
        assertThat(replication.first.driver.opened).hasSize(2);
        assertThat(replication.first.pool.snapshot().size()).isEqualTo(1);
    }

    @Test
    void closingClosesAllPoolsEndsTheLooksAndRefusesReadersAndWriters() {
        replication.start();
        replication.readFrom();
        replication.readFrom();

        StepVerifier.create(replication.pool.close()).expectComplete().verify(SOON);
        StepVerifier.create(replication.pool.close()).expectComplete().verify(SOON);

        int before = replication.looks();
        replication.pass(Duration.ofMinutes(1));
        assertThat(replication.looks()).isEqualTo(before);
        assertThat(replication.primary.driver.stillOpen()).isZero();
        assertThat(replication.first.driver.stillOpen()).isZero();
        assertThat(replication.second.driver.stillOpen()).isZero();
        assertThat(replication.replica(0).state()).isEqualTo(ReplicaState.CLOSED);
        assertThat(replication.pool.snapshot().primary().open()).isFalse();
        StepVerifier.create(replication.reading())
                .expectError(PoolClosedException.class)
                .verify(SOON);
        StepVerifier.create(replication.pool.create())
                .expectError(PoolClosedException.class)
                .verify(SOON);
    }

    @Test
    void closingBeforeTheFirstAcquireLetsNoLookBegin() {
        StepVerifier.create(replication.pool.close()).expectComplete().verify(SOON);
        StepVerifier.create(replication.reading())
                .expectError(PoolClosedException.class)
                .verify(SOON);

        replication.pass(Duration.ofMinutes(1));
        assertThat(replication.looks()).isZero();
        assertThat(replication.primary.driver.opened).isEmpty();
    }

    @Test
    void aCloseDuringALookLeavesNoConnectionBehind() {
        replication.start();
        replication.appliedByFirst = Mono.never();
        replication.pass(Duration.ofMillis(600));

        StepVerifier.create(replication.pool.close()).expectComplete().verify(SOON);

        assertThat(replication.first.driver.stillOpen()).isZero();
    }

    @Test
    void metadataAndNameAreThoseOfThePrimary() {
        assertThat(replication.pool.getMetadata().getName()).isEqualTo("Fake");
        assertThat(replication.pool).hasToString("RoutingPool[primary]");
    }

    @Test
    void aPoolGivenTwiceIsRefused() {
        Pool pool = replication.primary.pool;
        Pool replica = replication.first.pool;

        assertThatThrownBy(() -> routing(pool, pool))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("pool 'primary' was given twice");
        assertThatThrownBy(() -> routing(pool, replica, replica)).hasMessageContaining("pool 'first' was given twice");
    }

    @Test
    void aDatabaseThatIsNotPostgresqlIsRefused() {
        assertThatThrownBy(() -> Pool.routing(replication.primary.pool, replication.first.pool))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("pool 'primary' is of Fake");
    }

    @Test
    void withoutReplicasAllGoesToThePrimaryAndNothingIsLookedAt() {
        FakeReplication.Server alone = replication.primary;
        RoutingPool pool = routing(alone.pool);

        StepVerifier.create(pool.create().contextWrite(AccessMode.READ_ONLY::in))
                .consumeNextWith(Loans::giveBack)
                .expectComplete()
                .verify(SOON);
        replication.pass(Duration.ofSeconds(10));

        assertThat(alone.looks).hasValue(0);
        assertThat(alone.driver.opened).hasSize(1);
    }

    private RoutingPool routing(Pool primary, Pool... replicas) {
        return new RoutingPool(
                primary, List.of(replicas), RoutingConfig.defaults(), replication, new Timing(replication.time));
    }
}
