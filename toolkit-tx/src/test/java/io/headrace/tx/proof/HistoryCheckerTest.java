package io.headrace.tx.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.tx.proof.History.Append;
import io.headrace.tx.proof.History.Fate;
import io.headrace.tx.proof.History.Read;
import io.headrace.tx.proof.History.Step;
import io.headrace.tx.proof.History.Transaction;
import io.r2dbc.spi.IsolationLevel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whether the checker bites: each history shows one anomaly, and what comes with it. */
class HistoryCheckerTest {

    private static final int X = 1;
    private static final int Y = 2;

    private final List<Transaction> transactions = new ArrayList<>();
    private final List<Read> last = new ArrayList<>();

    private void committed(Step... steps) {
        add(Fate.COMMITTED, steps);
    }

    private void add(Fate fate, Step... steps) {
        transactions.add(new Transaction(transactions.size() + 1, fate, Arrays.asList(steps)));
    }

    private void finallyHolds(int key, Integer... values) {
        last.add(read(key, values));
    }

    private static Append append(int key, int value) {
        return new Append(key, value);
    }

    private static Read read(int key, Integer... values) {
        return new Read(key, List.of(values));
    }

    private Set<Anomaly> found() {
        return HistoryChecker.check(new History(transactions, last)).keySet();
    }

    @Test
    void aSerialHistoryShowsNothing() {
        committed(append(X, 1), read(X, 1), append(Y, 2));
        committed(read(X, 1), append(X, 3), read(X, 1, 3));
        add(Fate.ROLLED_BACK, read(Y, 2), append(Y, 4));
        add(Fate.UNKNOWN, append(Y, 5));
        add(Fate.UNKNOWN, append(Y, 6));
        committed(read(Y, 2, 5));
        finallyHolds(X, 1, 3);
        finallyHolds(Y, 2, 5);

        assertThat(found()).isEmpty();
    }

    @Test
    void aValueThatWasCommittedAndIsGone() {
        committed(append(X, 1));
        committed(append(X, 2));
        finallyHolds(X, 2);

        assertThat(found()).containsExactly(Anomaly.LOST_VALUE);
    }

    @Test
    void twoReadsThatNoOrderOfWritesExplains() {
        committed(append(X, 1));
        committed(append(X, 2));
        committed(read(X, 2));
        finallyHolds(X, 1, 2);

        assertThat(found()).contains(Anomaly.INCOMPATIBLE_ORDER);
    }

    @Test
    void aTransactionThatDoesNotSeeItsOwnWrite() {
        committed(append(X, 1), read(X));
        finallyHolds(X, 1);

        assertThat(found()).containsExactly(Anomaly.INTERNAL);
    }

    @Test
    void writesInOppositeOrder() {
        committed(append(X, 1), append(Y, 2));
        committed(append(X, 3), append(Y, 4));
        finallyHolds(X, 1, 3);
        finallyHolds(Y, 4, 2);

        assertThat(found()).contains(Anomaly.G0);
    }

    @Test
    void aReadOfWhatWasRolledBack() {
        add(Fate.ROLLED_BACK, append(X, 1));
        committed(read(X, 1));
        finallyHolds(X);

        assertThat(found()).contains(Anomaly.G1A);
    }

    @Test
    void whatWasRolledBackAndIsThere() {
        add(Fate.ROLLED_BACK, append(X, 1));
        finallyHolds(X, 1);

        assertThat(found()).containsExactly(Anomaly.G1A);
    }

    @Test
    void aReadOfAnIntermediateState() {
        committed(append(X, 1), append(X, 2));
        committed(read(X, 1));
        finallyHolds(X, 1, 2);

        assertThat(found()).contains(Anomaly.G1B);
    }

    @Test
    void twoTransactionsThatEachSeeTheOther() {
        committed(append(X, 1), read(Y, 2));
        committed(append(Y, 2), read(X, 1));
        finallyHolds(X, 1);
        finallyHolds(Y, 2);

        assertThat(found()).containsExactly(Anomaly.G1C);
    }

    @Test
    void twoUpdatesOfOneState() {
        committed(append(X, 1));
        committed(read(X, 1), append(X, 2));
        committed(read(X, 1), append(X, 3));
        finallyHolds(X, 1, 2, 3);

        assertThat(found()).containsExactlyInAnyOrder(Anomaly.LOST_UPDATE, Anomaly.G_SINGLE);
    }

    @Test
    void aReaderThatSeesHalfOfATransaction() {
        committed(append(X, 1), append(Y, 2));
        committed(read(X, 1), read(Y));
        finallyHolds(X, 1);
        finallyHolds(Y, 2);

        assertThat(found()).containsExactly(Anomaly.G_SINGLE);
    }

    @Test
    void twoTransactionsThatDoNotSeeEachOther() {
        committed(read(X), append(Y, 1));
        committed(read(Y), append(X, 2));
        finallyHolds(X, 2);
        finallyHolds(Y, 1);

        assertThat(found()).containsExactly(Anomaly.G2);
    }

    @Test
    void aReaderThatMakesTwoWritersFormACycle() {
        committed(read(X), read(Y));
        committed(append(X, 1));
        committed(read(X, 1), read(Y), append(Y, 2));
        committed(read(Y, 2), read(X));
        finallyHolds(X, 1);
        finallyHolds(Y, 2);

        assertThat(found()).contains(Anomaly.G_SINGLE);
    }

    @Test
    void eachLevelForbidsWhatTheWeakerOneForbidsAndMore() {
        Set<Anomaly> committed = Anomaly.forbiddenAt(IsolationLevel.READ_COMMITTED);
        Set<Anomaly> repeatable = Anomaly.forbiddenAt(IsolationLevel.REPEATABLE_READ);
        Set<Anomaly> serializable = Anomaly.forbiddenAt(IsolationLevel.SERIALIZABLE);

        assertThat(repeatable)
                .containsAll(committed)
                .contains(Anomaly.LOST_UPDATE)
                .doesNotContain(Anomaly.G2);
        assertThat(serializable).containsAll(repeatable).contains(Anomaly.G2);
        assertThat(committed).doesNotContain(Anomaly.LOST_UPDATE, Anomaly.G_SINGLE);
    }
}
