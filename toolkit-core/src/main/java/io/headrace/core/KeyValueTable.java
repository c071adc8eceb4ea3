package io.headrace.core;

import io.headrace.core.dialect.Dialect;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A table of values by key, kept as JSON: settings, state and small documents in any SQL database. Each value has a version,
 * a number that is another one after each change, and the time of its last change by the program's clock.
 *
 * <p>All publishers are cold. They run in the transaction of their caller where there is one; errors of the database and of the
 * JSON codec pass through. Immutable and for all threads.
 *
 * @param <T> the type of the values
 */
public final class KeyValueTable<T> {

    private static final int LONGEST_KEY = 250;
    private static final List<String> COLUMNS = List.of("entry_key", "entry_value", "version", "changed_at");
    private static final String KEY = "entry_key";

    private final Database db;
    private final Class<T> type;
    private final InstantSource clock;
    private final LongSupplier versions;
    private final String name;
    private final String table;
    private final String select;

    private KeyValueTable(Database db, String name, Class<T> type, InstantSource clock, LongSupplier versions) {
        this.db = db;
        this.type = type;
        this.clock = clock;
        this.versions = versions;
        this.name = name;
        this.table = db.sessions().dialect().quoteQualified(name);
        this.select = "SELECT entry_key, entry_value, version, changed_at FROM " + this.table;
    }

    private record StoredEntry(String entryKey, String entryValue, long version, long changedAt) {}

    /**
     * A table by its name, with its schema before a dot where it needs one. Nothing is sent; {@link #create} makes it.
     *
     * @param type what the JSON codec of the database reads the values as
     */
    public static <T> KeyValueTable<T> of(Database db, String table, Class<T> type) {
        return of(db, table, type, InstantSource.system());
    }

    /** The same with a clock for the times of changes. */
    public static <T> KeyValueTable<T> of(Database db, String table, Class<T> type, InstantSource clock) {
        return new KeyValueTable<>(
                db, db.sessions().dialect().stored(table), type, clock, () -> ThreadLocalRandom.current()
                        .nextLong());
    }

    /** Makes the table unless it is there. */
    public Mono<Void> create() {
        return db.sql("CREATE TABLE IF NOT EXISTS " + table + " (entry_key varchar(" + LONGEST_KEY
                        + ") PRIMARY KEY, entry_value " + textType() + " NOT NULL, version bigint NOT NULL,"
                        + " changed_at bigint NOT NULL)")
                .run();
    }

    /** MariaDB's TEXT holds 64 KiB only. */
    private String textType() {
        String name = db.sessions().dialect().name().toLowerCase(Locale.ROOT);
        return name.equals("mariadb") || name.equals("mysql") ? "longtext" : "text";
    }

    /** Emits the value, or nothing. */
    public Mono<T> get(String key) {
        return entry(key).map(KeyValueEntry::value);
    }

    /** Emits the value, or the default where there is none. */
    public Mono<T> get(String key, T defaultValue) {
        return get(key).defaultIfEmpty(defaultValue);
    }

    /** Emits the value with its version and time, or nothing. */
    public Mono<KeyValueEntry<T>> entry(String key) {
        String checked = checked(key);
        return db.sql(select + " WHERE entry_key = :key")
                .bind("key", checked)
                .as(StoredEntry.class)
                .optional()
                .map(this::entry);
    }

    private KeyValueEntry<T> entry(StoredEntry stored) {
        return new KeyValueEntry<>(
                stored.entryKey(),
                type.cast(db.config().json().read(stored.entryValue(), type)),
                stored.version(),
                Instant.ofEpochMilli(stored.changedAt()));
    }

    /** Sets the value, whatever was there. */
    public Mono<Void> set(String key, T value) {
        String checked = checked(key);
        return Mono.defer(() -> {
            Dialect dialect = db.sessions().dialect();
            return db.sql(dialect.upsert(
                            name,
                            COLUMNS.stream().map(dialect::fold).toList(),
                            List.of(dialect.fold(KEY)),
                            "(:key, :value, :version, :now)"))
                    .bind("key", checked)
                    .bind("value", db.config().json().write(value))
                    .bind("version", versions.getAsLong())
                    .bind("now", clock.millis())
                    .update()
                    .then();
        });
    }

    /**
     * Sets the value if nobody has changed it since this entry was read; emits whether it did. Read again and try again
     * where not.
     */
    public Mono<Boolean> compareAndSet(KeyValueEntry<T> expected, T value) {
        return Mono.defer(() -> db.sql("UPDATE " + table
                        + " SET entry_value = :value, version = :next, changed_at = :now"
                        + " WHERE entry_key = :key AND version = :version")
                .bind("value", db.config().json().write(value))
                .bind("next", versions.getAsLong())
                .bind("now", clock.millis())
                .bind("key", expected.key())
                .bind("version", expected.version())
                .update()
                .map(changed -> changed == 1));
    }

    /** Deletes the value; emits whether there was one. */
    public Mono<Boolean> delete(String key) {
        String checked = checked(key);
        return db.sql("DELETE FROM " + table + " WHERE entry_key = :key")
                .bind("key", checked)
                .update()
                .map(deleted -> deleted == 1);
    }

    /** Emits all entries whose key begins with this prefix, in the order of their keys, on demand. */
    public Flux<KeyValueEntry<T>> scan(String prefix) {
        String pattern = prefix.replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%";
        return db.sql(select + " WHERE entry_key LIKE :pattern ESCAPE '!' ORDER BY entry_key")
                .bind("pattern", pattern)
                .as(StoredEntry.class)
                .flux()
                .filter(stored -> stored.entryKey().startsWith(prefix))
                .map(this::entry);
    }

    private static String checked(String key) {
        if (key.isEmpty() || key.length() > LONGEST_KEY) {
            throw new IllegalArgumentException(
                    "a key must have 1 to " + LONGEST_KEY + " characters, had " + key.length());
        }
        return key;
    }
}
