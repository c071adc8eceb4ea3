package io.headrace.tx.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.connection.TransactionOutcome;
import io.headrace.test.AllowDroppedErrors;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Signal;

/**
 * Each end of a transaction at each point of its life: what the subscriber heard, what the hooks heard and what the server
 * has agree, it has ended once, and the pool is as if nothing had happened.
 */
@PostgresTest
@Timeout(120)
@AllowDroppedErrors("the end of a session may come when nobody listens any more")
class EveryEndAtEveryPointTest {

    private static final int CONNECTIONS = 2;
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final Line line;
    private final ServerGate gate;

    EveryEndAtEveryPointTest(TestPostgres postgres) {
        this.gate = new ServerGate(postgres);
        this.line = new Line(postgres, CONNECTIONS, 10);
    }

    @AfterEach
    void close() {
        line.close();
        gate.close();
    }

    static Stream<Arguments> endsAtPoints() {
        return Arrays.stream(Point.values())
                .flatMap(point -> Arrays.stream(End.values()).map(end -> Arguments.of(end, point)));
    }

    @ParameterizedTest(name = "{0} at {1}")
    @MethodSource("endsAtPoints")
    void whatIsSaidAndWhatIsThereAgreeAndNothingIsLeft(End end, Point point) {
        Trial trial = new Trial(line, gate, point, end, NUMBERS.incrementAndGet());

        trial.run();

        List<TransactionOutcome> outcomes = List.copyOf(trial.outcomes);
        if (point.outcomes(end).isEmpty()) {
            assertThat(outcomes).as("it never began").isEmpty();
        } else {
            assertThat(outcomes).as("it ended once").hasSize(1);
            assertThat(outcomes.get(0)).isIn(point.outcomes(end));
        }
        line.assertWhole();
        assertRows(trial, outcomes);
        assertSignals(trial, outcomes);
    }

    private static void assertRows(Trial trial, List<TransactionOutcome> outcomes) {
        if (outcomes.equals(List.of(TransactionOutcome.COMMITTED))) {
            assertThat(trial.rows()).isEqualTo(trial.point.rowsOfCommit(trial.end));
        } else if (outcomes.equals(List.of(TransactionOutcome.UNKNOWN))) {
            assertThat(trial.rows()).isIn(0L, 2L);
        } else {
            assertThat(trial.rows()).isZero();
        }
    }

    private static void assertSignals(Trial trial, List<TransactionOutcome> outcomes) {
        List<Signal<Long>> signals = List.copyOf(trial.signals);
        if (trial.end == End.CANCEL) {
            assertThat(signals).isEmpty();
            return;
        }
        Signal<Long> last = signals.get(signals.size() - 1);
        if (trial.end == End.TIMEOUT) {
            assertThat(last.getThrowable()).isInstanceOf(TimeoutException.class);
        } else if (outcomes.equals(List.of(TransactionOutcome.COMMITTED))) {
            assertThat(last.isOnComplete()).as("%s", last).isTrue();
        } else {
            assertThat(last.isOnError()).as("%s", last).isTrue();
        }
    }
}
