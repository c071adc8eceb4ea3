package io.headrace.pool;

import static io.headrace.pool.FakeDriver.behind;
import static io.headrace.pool.Loans.SOON;
import static io.headrace.pool.Loans.giveBack;
import static io.headrace.pool.Loans.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

@Timeout(20)
class RefreshTest {

    private final Database database = new Database();
    private final Pool pool = database.pool(c -> c.size(3).minimumIdle(1));
    private final AtomicBoolean done = new AtomicBoolean();

    @AfterEach
    void stopTime() {
        database.time.dispose();
    }

    private void refresh() {
        pool.refresh().subscribe(nothing -> {}, error -> {}, () -> done.set(true));
    }

    @Test
    void idleConnectionsAreReplacedAtOnceUpToTheMinimum() {
        Callers callers = new Callers(pool);
        callers.come(3);
        callers.giveAllBack();
        List<FakeConnection> before = database.open();

        refresh();

        assertThat(done).isTrue();
        assertThat(before).hasSize(3).allMatch(connection -> connection.closed);
        assertThat(database.open()).hasSize(1);
        assertThat(pool.snapshot().size()).isOne();
    }

    @Test
    void lentConnectionsAreReplacedWhenTheyComeBack() {
        Connection lent = take(pool);

        refresh();
        assertThat(done).isFalse();
        assertThat(behind(lent).closed).isFalse();
        giveBack(lent);

        assertThat(database.driver.opened.get(0).closed).isTrue();
        assertThat(done).isTrue();
        assertThat(behind(take(pool))).isNotSameAs(database.driver.opened.get(0));
    }

    @Test
    void callersWhoWaitGetANewOne() {
        Callers callers = new Callers(pool);
        callers.come(4);

        refresh();
        giveBack(callers.served.get(0));

        assertThat(behind(callers.served.get(3))).isSameAs(database.driver.opened.get(3));
    }

    @Test
    void aConnectionThatIsBeingOpenedIsReplacedToo() {
        Sinks.Empty<Void> handshake = Sinks.empty();
        database.answers(connection -> handshake.asMono().then(connection));
        Callers callers = new Callers(pool);
        callers.comes();
        refresh();
        assertThat(done).isFalse();
        database.comesUp();

        handshake.tryEmitEmpty().orThrow();

        assertThat(done).isTrue();
        assertThat(callers.served).hasSize(1);
        assertThat(behind(callers.served.get(0))).isNotSameAs(database.driver.opened.get(0));
        assertThat(database.driver.opened.get(0).closed).isTrue();
    }

    @Test
    void oneThatIsBeingOpenedForTheMinimumIsReplacedToo() {
        giveBack(take(pool));
        Sinks.Empty<Void> handshake = Sinks.empty();
        database.answers(connection -> handshake.asMono().then(connection));
        refresh();
        assertThat(done).isTrue();
        done.set(false);
        refresh();
        assertThat(done).as("one is being opened").isFalse();
        database.comesUp();

        handshake.tryEmitEmpty().orThrow();

        assertThat(done).isTrue();
        assertThat(database.driver.opened).hasSize(3);
        assertThat(database.open()).containsExactly(database.driver.opened.get(2));
    }

    @Test
    void aConnectionThatIsOnItsWayToABorrowerIsNotLent() throws InterruptedException {
        Queue<Runnable> loop = new ConcurrentLinkedQueue<>();
        Scheduler scheduler = Schedulers.fromExecutor(loop::add);
        database.driver.loops = () -> scheduler;
        Callers callers = new Callers(pool);
        callers.comes();
        runAll(loop);
        callers.giveAllBack();
        // from a thread that is not the event loop, so that the connection has to be brought there
        Thread other = new Thread(callers::comes);
        other.start();
        other.join();
        assertThat(loop).isNotEmpty();

        refresh();
        runAll(loop);

        assertThat(callers.served).hasSize(1);
        assertThat(behind(callers.served.get(0))).isNotSameAs(database.driver.opened.get(0));
        assertThat(database.driver.opened.get(0).closed).isTrue();
        assertThat(done).isTrue();
    }

    private static void runAll(Queue<Runnable> loop) {
        for (Runnable task = loop.poll(); task != null; task = loop.poll()) {
            task.run();
        }
    }

    @Test
    void aConnectionThatIsBeingValidatedIsNotWithdrawn() {
        Sinks.One<Boolean> answer = Sinks.one();
        Connection first = take(pool);
        behind(first).remoteAnswer = answer.asMono();
        giveBack(first);
        database.time.advanceTimeBy(Duration.ofSeconds(1));
        Callers callers = new Callers(pool);
        callers.comes();

        refresh();
        answer.tryEmitValue(true).orThrow();

        assertThat(behind(callers.served.get(0))).isSameAs(database.driver.opened.get(0));
        callers.giveAllBack();
        assertThat(database.driver.opened.get(0).closed).isTrue();
        assertThat(done).isTrue();
    }

    @Test
    void aCancelDoesNotStopIt() {
        Connection lent = take(pool);
        pool.refresh().subscribe().dispose();

        giveBack(lent);

        assertThat(database.driver.opened.get(0).closed).isTrue();
    }

    @Test
    void itIsLazyAndMayBeRepeated() {
        giveBack(take(pool));
        Mono<Void> refresh = pool.refresh();
        assertThat(database.driver.opened.get(0).closed).isFalse();

        StepVerifier.create(refresh).expectComplete().verify(SOON);
        StepVerifier.create(refresh).expectComplete().verify(SOON);

        assertThat(database.driver.opened).hasSize(3);
        assertThat(database.open()).hasSize(1);
    }

    @Test
    void aPoolThatWasNotUsedHasNothingToReplace() {
        Pool unused = database.pool(c -> c);

        StepVerifier.create(unused.refresh()).expectComplete().verify(SOON);

        assertThat(database.driver.opened).isEmpty();
    }

    @Test
    void aClosedPoolIsNotRefreshed() {
        StepVerifier.create(pool.close()).expectComplete().verify(SOON);

        StepVerifier.create(pool.refresh())
                .expectError(PoolClosedException.class)
                .verify(SOON);
    }
}
