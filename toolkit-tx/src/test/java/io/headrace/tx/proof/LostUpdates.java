package io.headrace.tx.proof;

import io.headrace.tx.proof.History.Append;
import io.headrace.tx.proof.History.Read;
import io.headrace.tx.proof.History.Step;
import io.headrace.tx.proof.History.Transaction;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds pairs of transactions that read one state of a list, before they appended to it, and both appended. */
final class LostUpdates {

    private record State(int key, List<Integer> values) {}

    private final Map<Anomaly, String> found;

    LostUpdates(Map<Anomaly, String> found) {
        this.found = found;
    }

    void check(List<Transaction> committed) {
        Map<State, Transaction> updated = new HashMap<>();
        for (Transaction transaction : committed) {
            for (State state : updatedBy(transaction)) {
                Transaction other = updated.putIfAbsent(state, transaction);
                if (other != null) {
                    found.putIfAbsent(Anomaly.LOST_UPDATE, other + " and " + transaction);
                }
            }
        }
    }

    private static Set<State> updatedBy(Transaction transaction) {
        Map<Integer, State> read = new HashMap<>();
        Set<Integer> appended = new HashSet<>();
        for (Step step : transaction.steps()) {
            if (step instanceof Append append) {
                appended.add(append.key());
            } else if (step instanceof Read first && !appended.contains(first.key())) {
                read.putIfAbsent(first.key(), new State(first.key(), first.values()));
            }
        }
        read.keySet().retainAll(appended);
        return new HashSet<>(read.values());
    }
}
