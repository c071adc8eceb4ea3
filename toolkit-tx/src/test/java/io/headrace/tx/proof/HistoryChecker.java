package io.headrace.tx.proof;

import io.headrace.tx.proof.History.Append;
import io.headrace.tx.proof.History.Fate;
import io.headrace.tx.proof.History.Read;
import io.headrace.tx.proof.History.Step;
import io.headrace.tx.proof.History.Transaction;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds anomalies in a history of appends and reads, after "Elle" (Kingsbury and Alvaro, 2020): since each value is appended
 * once, the final list of a key is the order of its writes, and a read tells which of them it saw.
 *
 * <p>A transaction of unknown fate counts as committed where one of its values is in a final list, and else as rolled back.
 */
final class HistoryChecker {

    private final Map<Integer, List<Integer>> orders = new HashMap<>();
    private final Map<Integer, Transaction> writers = new HashMap<>();
    private final Map<Anomaly, String> found = new EnumMap<>(Anomaly.class);
    private final DependencyGraph graph = new DependencyGraph();

    private HistoryChecker() {}

    /** What was found, each with one example. */
    static Map<Anomaly, String> check(History history) {
        HistoryChecker checker = new HistoryChecker();
        checker.run(history);
        return checker.found;
    }

    private void run(History history) {
        history.last().forEach(read -> orders.put(read.key(), read.values()));
        for (Transaction transaction : history.transactions()) {
            appends(transaction).forEach(append -> writers.put(append.value(), transaction));
        }
        Set<Integer> there = new HashSet<>();
        for (Read read : history.last()) {
            for (int value : read.values()) {
                if (!there.add(value)) {
                    found.putIfAbsent(Anomaly.LOST_VALUE, value + " is there twice");
                }
            }
        }
        List<Transaction> committed = history.transactions().stream()
                .filter(transaction -> isCommitted(transaction, there))
                .toList();
        Set<Integer> committedIds = new HashSet<>();
        committed.forEach(transaction -> committedIds.add(transaction.id()));
        history.last().forEach(read -> checkSource(read, "the final list", committedIds));
        for (Transaction transaction : committed) {
            checkAppends(transaction, there);
            checkReads(transaction, committedIds);
        }
        new LostUpdates(found).check(committed);
        orders.values().forEach(order -> addWriteOrder(order, committedIds));
        graph.report(found);
    }

    private static List<Append> appends(Transaction transaction) {
        return transaction.steps().stream()
                .filter(Append.class::isInstance)
                .map(Append.class::cast)
                .toList();
    }

    private static boolean isCommitted(Transaction transaction, Set<Integer> there) {
        return switch (transaction.fate()) {
            case COMMITTED -> true;
            case ROLLED_BACK -> false;
            case UNKNOWN -> appends(transaction).stream().anyMatch(append -> there.contains(append.value()));
        };
    }

    private void checkAppends(Transaction transaction, Set<Integer> there) {
        for (Append append : appends(transaction)) {
            if (!there.contains(append.value())) {
                found.putIfAbsent(Anomaly.LOST_VALUE, append.value() + " of " + transaction + " is gone");
            }
        }
    }

    private void checkReads(Transaction transaction, Set<Integer> committed) {
        Map<Integer, Integer> own = new HashMap<>();
        for (Step step : transaction.steps()) {
            if (step instanceof Append append) {
                own.merge(append.key(), 1, Integer::sum);
            } else if (step instanceof Read read) {
                checkRead(transaction, read, own.getOrDefault(read.key(), 0), committed);
            }
        }
    }

    private void checkRead(Transaction reader, Read read, int ownAppends, Set<Integer> committed) {
        List<Integer> values = read.values();
        List<Integer> order = orders.getOrDefault(read.key(), List.of());
        int othersEnd = values.size() - ownAppends;
        if (othersEnd < 0 || !isOwn(reader, values.subList(othersEnd, values.size()))) {
            found.putIfAbsent(Anomaly.INTERNAL, read + " in " + reader);
            return;
        }
        List<Integer> others = values.subList(0, othersEnd);
        if (others.size() > order.size() || !order.subList(0, others.size()).equals(others)) {
            found.putIfAbsent(Anomaly.INCOMPATIBLE_ORDER, read + " against " + order);
        }
        checkSource(read, reader.toString(), committed);
        if (!others.isEmpty()) {
            addSource(reader, read.key(), others.get(others.size() - 1));
        }
        if (others.size() < order.size()) {
            Transaction next = writers.get(order.get(others.size()));
            if (next != null) {
                graph.add(reader.id(), next.id(), DependencyGraph.Kind.OVERWRITTEN_READ);
            }
        }
    }

    private boolean isOwn(Transaction reader, List<Integer> values) {
        return values.stream().allMatch(value -> writers.get(value) == reader);
    }

    private void checkSource(Read read, String reader, Set<Integer> committed) {
        for (int value : read.values()) {
            Transaction writer = writers.get(value);
            if (writer == null || writer.fate() == Fate.ROLLED_BACK || !committed.contains(writer.id())) {
                found.putIfAbsent(Anomaly.G1A, value + " of " + writer + " was read in " + reader);
            }
        }
    }

    private void addSource(Transaction reader, int key, int value) {
        Transaction writer = writers.get(value);
        if (writer == null || writer == reader) {
            return;
        }
        List<Append> ofKey =
                appends(writer).stream().filter(append -> append.key() == key).toList();
        if (ofKey.get(ofKey.size() - 1).value() != value) {
            found.putIfAbsent(Anomaly.G1B, value + " of " + writer + " was read by " + reader);
        }
        graph.add(writer.id(), reader.id(), DependencyGraph.Kind.READ);
    }

    private void addWriteOrder(List<Integer> order, Set<Integer> committed) {
        for (int i = 1; i < order.size(); i++) {
            Transaction before = writers.get(order.get(i - 1));
            Transaction after = writers.get(order.get(i));
            if (before != null && after != null && committed.contains(before.id()) && committed.contains(after.id())) {
                graph.add(before.id(), after.id(), DependencyGraph.Kind.WRITE);
            }
        }
    }
}
