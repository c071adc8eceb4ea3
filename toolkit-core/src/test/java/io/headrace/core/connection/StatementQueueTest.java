package io.headrace.core.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.observe.StatementLabel;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the queue decides when two things happen in the same moment; without a database. */
@Timeout(60)
class StatementQueueTest {

    private static final int ROUNDS = 20_000;

    private final ExecutorService other = Executors.newSingleThreadExecutor();

    @AfterEach
    void stop() {
        other.shutdownNow();
    }

    private static final class Statement extends Entrant {

        private final Level level;
        private volatile boolean launched;
        private volatile @Nullable Throwable refusal;

        Statement(Level level) {
            this.level = level;
        }

        @Override
        Level level() {
            return level;
        }

        @Override
        StatementLabel label() {
            return StatementLabel.of("statement");
        }

        @Override
        void launch() {
            launched = true;
        }

        @Override
        void refuse(Throwable reason) {
            refusal = reason;
        }

        @Override
        void withdraw(Throwable reason) {
            refusal = reason;
        }
    }

    private static StatementQueue begun(Level root) {
        StatementQueue queue = new StatementQueue(root, 10, 10, true);
        queue.begin();
        queue.join();
        return queue;
    }

    private static void enter(StatementQueue queue, Entrant entrant) {
        assertThat(queue.enter(entrant, false)).isNull();
    }

    @Test
    void aStatementThatComesInTheMomentInWhichBeginIsRefusedIsNeverSent() throws Exception {
        IllegalStateException refused = new IllegalStateException("BEGIN was refused");
        CyclicBarrier together = new CyclicBarrier(2);
        for (int round = 0; round < ROUNDS; round++) {
            Level root = new Level(null);
            StatementQueue queue = begun(root);
            Statement first = new Statement(root);
            enter(queue, first);
            Statement second = new Statement(root);
            Future<?> entering = other.submit(() -> {
                together.await();
                Throwable refusal = queue.enter(second, false);
                if (refusal != null) {
                    second.refuse(refusal);
                }
                return null;
            });

            together.await();
            queue.answered(root, refused);
            entering.get(10, TimeUnit.SECONDS);

            assertThat(first.refusal).isSameAs(refused);
            assertThat(second.launched).as("round %d", round).isFalse();
            assertThat(second.refusal).isSameAs(refused);
        }
    }

    @Test
    void onlyOneStatementIsSentBeforeBeginIsAnswered() {
        Level root = new Level(null);
        StatementQueue queue = begun(root);
        Statement first = new Statement(root);
        Statement second = new Statement(root);

        enter(queue, first);
        enter(queue, second);
        assertThat(first.launched).isTrue();
        assertThat(second.launched).isFalse();

        queue.answered(root, null);
        assertThat(second.launched).isTrue();
    }

    @Test
    void aStopRequestIsSentForStatementsOnlyAndOneAtATime() {
        Level root = new Level(null);
        StatementQueue queue = begun(root);
        assertThat(queue.joinIfBusy()).as("nothing but BEGIN is in flight").isFalse();

        enter(queue, new Statement(root));
        assertThat(queue.joinIfAlone(root)).as("beside BEGIN").isFalse();
        queue.answered(root, null);

        assertThat(queue.joinIfAlone(root)).isTrue();
        assertThat(queue.joinIfAlone(root)).as("a second one").isFalse();
        assertThat(queue.joinIfBusy()).as("a second one").isFalse();
        queue.leave();
        assertThat(queue.joinIfBusy()).isTrue();
    }

    @Test
    void whatIsInFlightOnTheLevelAroundKeepsAStopRequestBack() {
        Level root = new Level(null);
        Level inner = new Level(root);
        StatementQueue queue = new StatementQueue(root, 10, 10, true);
        Statement outside = new Statement(root);
        enter(queue, outside);
        enter(queue, new Entrant() {
            @Override
            Level level() {
                return root;
            }

            @Override
            Level opens() {
                return inner;
            }

            @Override
            StatementLabel label() {
                return StatementLabel.of("SAVEPOINT");
            }

            @Override
            void launch() {}

            @Override
            void refuse(Throwable reason) {}

            @Override
            void withdraw(Throwable reason) {}
        });
        enter(queue, new Statement(inner));

        assertThat(queue.joinIfAlone(inner)).isFalse();
        queue.ended(outside, false);
        assertThat(queue.joinIfAlone(inner)).isTrue();
    }
}
