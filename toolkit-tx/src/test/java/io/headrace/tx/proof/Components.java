package io.headrace.tx.proof;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The strongly connected components of a graph, by Kosaraju's algorithm, without recursion. */
final class Components {

    private Components() {}

    /** The number of its component for each node. */
    static Map<Integer, Integer> of(Set<Integer> nodes, Function<Integer, List<Integer>> successors) {
        Map<Integer, List<Integer>> predecessors = new HashMap<>();
        for (int node : nodes) {
            successors.apply(node).forEach(next -> predecessors
                    .computeIfAbsent(next, unused -> new ArrayList<>())
                    .add(node));
        }
        Map<Integer, Integer> components = new HashMap<>();
        List<Integer> finished = finished(nodes, successors);
        for (int i = finished.size() - 1; i >= 0; i--) {
            Deque<Integer> next = new ArrayDeque<>(List.of(finished.get(i)));
            while (!next.isEmpty()) {
                int node = next.pop();
                if (components.putIfAbsent(node, i) == null) {
                    predecessors.getOrDefault(node, List.of()).forEach(next::push);
                }
            }
        }
        return components;
    }

    /** The nodes in the order in which a depth-first search leaves them. */
    private static List<Integer> finished(Set<Integer> nodes, Function<Integer, List<Integer>> successors) {
        List<Integer> finished = new ArrayList<>();
        Set<Integer> seen = new HashSet<>();
        for (int start : nodes) {
            Deque<Integer> path = new ArrayDeque<>();
            Deque<Iterator<Integer>> rest = new ArrayDeque<>();
            if (seen.add(start)) {
                path.push(start);
                rest.push(successors.apply(start).iterator());
            }
            while (!path.isEmpty()) {
                if (!rest.peek().hasNext()) {
                    rest.pop();
                    finished.add(path.pop());
                    continue;
                }
                int next = rest.peek().next();
                if (seen.add(next)) {
                    path.push(next);
                    rest.push(successors.apply(next).iterator());
                }
            }
        }
        return finished;
    }
}
