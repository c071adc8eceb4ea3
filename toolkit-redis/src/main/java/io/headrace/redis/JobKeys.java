package io.headrace.redis;

import java.util.List;
import java.util.stream.Stream;

/** The keys of one queue, all in the slot of its name. */
final class JobKeys {

    private final String tag;
    private final List<String> all;

    JobKeys(String name) {
        this.tag = "{" + Names.checked("name of the queue", name) + "}:";
        this.all = Stream.of("s0", "s1", "s2", "delayed", "dead", "meta", "wake", "progress", "leases")
                .map(part -> tag + part)
                .toList();
    }

    /** What every script gets, in the order that {@link JobScripts#PRELUDE} expects. */
    List<String> all() {
        return all;
    }

    /** As {@link #all()}, followed by others of this queue. */
    List<String> allAnd(List<String> others) {
        return others.isEmpty()
                ? all
                : Stream.concat(all.stream(), others.stream()).toList();
    }

    List<String> streams() {
        return all.subList(0, JobPriority.values().length);
    }

    String stream(int level) {
        return all.get(level);
    }

    String dead() {
        return all.get(4);
    }

    String meta() {
        return all.get(5);
    }

    String wake() {
        return all.get(6);
    }

    String progress() {
        return all.get(7);
    }

    String unique(String key) {
        return tag + "u:" + key;
    }

    String recurring() {
        return tag + "recurring";
    }
}
