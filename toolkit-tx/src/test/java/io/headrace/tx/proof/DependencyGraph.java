package io.headrace.tx.proof;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which transaction must have come before which, and the cycles among them, which no order can satisfy. */
final class DependencyGraph {

    enum Kind {
        /** The next value of a list. */
        WRITE,
        /** A read of what was written. */
        READ,
        /** A read of what the other overwrote. */
        OVERWRITTEN_READ
    }

    private final Map<Kind, Map<Integer, Set<Integer>>> edges = new EnumMap<>(Kind.class);

    DependencyGraph() {
        for (Kind kind : Kind.values()) {
            edges.put(kind, new LinkedHashMap<>());
        }
    }

    void add(int before, int after, Kind kind) {
        if (before != after) {
            edges.get(kind)
                    .computeIfAbsent(before, unused -> new LinkedHashSet<>())
                    .add(after);
        }
    }

    /** The least cycles of each kind: one that has fewer reads is a worse anomaly, and is not reported as a milder one. */
    void report(Map<Anomaly, String> found) {
        cycleThrough(Kind.WRITE, EnumSet.of(Kind.WRITE), Anomaly.G0, found);
        cycleThrough(Kind.READ, EnumSet.of(Kind.WRITE, Kind.READ), Anomaly.G1C, found);
        cycleThrough(Kind.OVERWRITTEN_READ, EnumSet.of(Kind.WRITE, Kind.READ), Anomaly.G_SINGLE, found);
        if (!found.containsKey(Anomaly.G_SINGLE)) {
            cycleThrough(Kind.OVERWRITTEN_READ, EnumSet.allOf(Kind.class), Anomaly.G2, found);
        }
    }

    /** A cycle of one edge of this kind and a way back over these. */
    private void cycleThrough(Kind first, Set<Kind> back, Anomaly anomaly, Map<Anomaly, String> found) {
        EnumSet<Kind> all = EnumSet.copyOf(back);
        all.add(first);
        // Most edges are on no cycle at all, which is cheaper to find out for all of them at once.
        Map<Integer, Integer> components = Components.of(nodes(), node -> successors(node, all));
        edges.get(first)
                .forEach((before, afters) -> afters.forEach(after -> {
                    if (components.get(before).equals(components.get(after)) && !found.containsKey(anomaly)) {
                        List<Integer> way = way(after, before, back);
                        if (!way.isEmpty()) {
                            found.put(anomaly, "transactions " + before + " -> " + way);
                        }
                    }
                }));
    }

    private Set<Integer> nodes() {
        Set<Integer> nodes = new LinkedHashSet<>();
        edges.values()
                .forEach(kind -> kind.forEach((before, afters) -> {
                    nodes.add(before);
                    nodes.addAll(afters);
                }));
        return nodes;
    }

    private List<Integer> successors(int node, Set<Kind> kinds) {
        List<Integer> all = new ArrayList<>();
        kinds.forEach(kind -> all.addAll(edges.get(kind).getOrDefault(node, Set.of())));
        return all;
    }

    /** The shortest way, both ends included; empty where there is none. */
    private List<Integer> way(int from, int to, Set<Kind> kinds) {
        Map<Integer, Integer> cameFrom = new HashMap<>();
        cameFrom.put(from, from);
        Deque<Integer> next = new ArrayDeque<>(List.of(from));
        while (!next.isEmpty() && !cameFrom.containsKey(to)) {
            int node = next.remove();
            for (int successor : successors(node, kinds)) {
                if (cameFrom.putIfAbsent(successor, node) == null) {
                    next.add(successor);
                }
            }
        }
        if (!cameFrom.containsKey(to)) {
            return List.of();
        }
        List<Integer> way = new ArrayList<>(List.of(to));
        for (int node = to; node != from; node = cameFrom.get(node)) {
            way.add(cameFrom.get(node));
        }
        Collections.reverse(way);
        return way;
    }
}
