package io.headrace.sqlite;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What is set on each new connection. */
final class Pragmas {

    private static final int KIBIBYTES = 1_024;

    /** Settings that have a name of their own here, or that would undo what the driver relies on. */
    private static final Map<String, String> RESERVED = Map.of(
            "journal_mode", "journalMode",
            "synchronous", "synchronous",
            "foreign_keys", "foreignKeys",
            "busy_timeout", "busyTimeout",
            "cache_size", "cacheKibibytes",
            "mmap_size", "mappedMebibytes",
            "journal_size_limit", "journalLimitMebibytes",
            "query_only", "a read-only transaction",
            "read_uncommitted", "nothing: a database is not shared by its cache here");

    private Pragmas() {}

    static void check(String name, String value) {
        if (!name.matches("[a-z_]+") || !value.matches("[A-Za-z0-9_.+-]*")) {
            throw new IllegalArgumentException(
                    "the pragma '" + name + "' must be lower case letters and _, its value letters, digits and _.+-");
        }
        String instead = RESERVED.get(name);
        if (instead != null) {
            throw new IllegalArgumentException("the pragma '" + name + "' is not set as such; use " + instead);
        }
    }

    /**
     * @param reader whether the connection is never to write
     */
    static List<String> of(SqliteConfig config, boolean reader) {
        List<String> pragmas = new ArrayList<>();
        // Does nothing inside a transaction, so it comes before anybody can begin one.
        pragmas.add("foreign_keys=" + (config.foreignKeys() ? "ON" : "OFF"));
        pragmas.add("trusted_schema=OFF");
        pragmas.add("synchronous=" + config.synchronous());
        pragmas.add("cache_size=-" + config.cacheKibibytes());
        pragmas.add("mmap_size=" + (long) config.mappedMebibytes() * KIBIBYTES * KIBIBYTES);
        if (config.isWritable()) {
            pragmas.add("journal_size_limit=" + (long) config.journalLimitMebibytes() * KIBIBYTES * KIBIBYTES);
        }
        config.pragmas().forEach((name, value) -> pragmas.add(name + "=" + value));
        if (reader) {
            pragmas.add("query_only=ON");
        }
        return pragmas;
    }
}
