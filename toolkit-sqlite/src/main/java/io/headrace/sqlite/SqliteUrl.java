package io.headrace.sqlite;

import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The options of a connection factory, from a URL or a program, as a configuration. Whatever is not known is refused. */
final class SqliteUrl {

    private static final String FORMS =
            "write r2dbc:sqlite:///relative.db, r2dbc:sqlite:file:////absolute/path.db, r2dbc:sqlite:mem:///name or r2dbc:sqlite:temp:///";
    private static final String PRAGMA = "pragma.";
    private static final Set<String> OF_R2DBC =
            Set.of("driver", "protocol", "host", "port", "user", "password", "database", "ssl", "connectTimeout");

    private static final Map<String, BiConsumer<SqliteConfigBuilder, String>> SETTINGS = settings();

    private SqliteUrl() {}

    private static Map<String, BiConsumer<SqliteConfigBuilder, String>> settings() {
        Map<String, BiConsumer<SqliteConfigBuilder, String>> settings = new HashMap<>();
        settings.put("mode", (builder, value) -> builder.openMode(openMode(value)));
        settings.put(
                "journalMode",
                (builder, value) -> builder.journalMode(constant(SqliteConfig.JournalMode.class, value)));
        settings.put(
                "synchronous",
                (builder, value) -> builder.synchronous(constant(SqliteConfig.Synchronous.class, value)));
        settings.put("foreignKeys", (builder, value) -> builder.foreignKeys(flag(value)));
        settings.put("busyTimeout", (builder, value) -> builder.busyTimeout(Duration.parse(value)));
        settings.put("statementTimeout", (builder, value) -> builder.statementTimeout(Duration.parse(value)));
        settings.put("lockWaitTimeout", (builder, value) -> builder.busyTimeout(Duration.parse(value)));
        settings.put(
                "transactionMode",
                (builder, value) -> builder.transactionMode(constant(SqliteConfig.TransactionMode.class, value)));
        settings.put("cacheKibibytes", (builder, value) -> builder.cacheKibibytes(Integer.parseInt(value)));
        settings.put("mappedMebibytes", (builder, value) -> builder.mappedMebibytes(Integer.parseInt(value)));
        settings.put(
                "journalLimitMebibytes", (builder, value) -> builder.journalLimitMebibytes(Integer.parseInt(value)));
        settings.put("statementCache", (builder, value) -> builder.statementCache(Integer.parseInt(value)));
        settings.put("statementsWaiting", (builder, value) -> builder.statementsWaiting(Integer.parseInt(value)));
        settings.put("readers", (builder, value) -> builder.readers(Integer.parseInt(value)));
        settings.put("acquireTimeout", (builder, value) -> builder.acquireTimeout(Duration.parse(value)));
        settings.put("transactionsWaiting", (builder, value) -> builder.transactionsWaiting(Integer.parseInt(value)));
        settings.put("longRead", (builder, value) -> builder.longRead(Duration.parse(value)));
        settings.put("dateTime", (builder, value) -> builder.dateTime(dateTime(value)));
        settings.put("cache", (builder, value) -> {
            throw new IllegalArgumentException(
                    "a shared cache gives connections locks that no wait time applies to; leave"
                            + " 'cache' out: connections share a named database in memory without it");
        });
        return settings;
    }

    static SqliteConfig parse(ConnectionFactoryOptions options) {
        SqliteLocation location = location(options);
        return SqliteConfig.of(location, builder -> {
            for (Option<?> option : optionsOf(options)) {
                Object value = options.getValue(option);
                if (value != null && !OF_R2DBC.contains(option.name())) {
                    set(builder, option.name(), value.toString());
                }
            }
        });
    }

    private static void set(SqliteConfigBuilder builder, String name, String value) {
        if (name.startsWith(PRAGMA)) {
            builder.pragma(name.substring(PRAGMA.length()), value);
            return;
        }
        BiConsumer<SqliteConfigBuilder, String> setting = SETTINGS.get(name);
        if (setting == null) {
            throw new IllegalArgumentException("there is no option '" + name + "' of a SQLite URL; there are "
                    + new TreeSet<>(SETTINGS.keySet()) + " and pragma.<name>");
        }
        try {
            setting.accept(builder, value);
        } catch (IllegalArgumentException | DateTimeParseException error) {
            throw new IllegalArgumentException(
                    "the option '%s' of a SQLite URL: %s".formatted(name, error.getMessage()), error);
        }
    }

    private static SqliteLocation location(ConnectionFactoryOptions options) {
        String protocol = text(options, ConnectionFactoryOptions.PROTOCOL);
        String database = text(options, ConnectionFactoryOptions.DATABASE);
        String host = text(options, ConnectionFactoryOptions.HOST);
        if (host != null && !host.isEmpty()) {
            throw new IllegalArgumentException(
                    "SQLite has no host, but the URL names '" + host + "' as one: a slash is missing; " + FORMS);
        }
        if (options.getValue(ConnectionFactoryOptions.USER) != null
                || options.getValue(ConnectionFactoryOptions.PASSWORD) != null) {
            throw new IllegalArgumentException("SQLite has no users and passwords; " + FORMS);
        }
        return switch (protocol == null ? "" : protocol) {
            case "", "file" -> SqliteLocation.file(path(database));
            case "mem", "memory" ->
                database == null || database.isEmpty() ? SqliteLocation.memory() : SqliteLocation.memory(database);
            case "temp", "temporary" -> SqliteLocation.temporary();
            default ->
                throw new IllegalArgumentException(
                        "there is no kind '" + protocol + "' of a SQLite database; " + FORMS);
        };
    }

    private static Path path(@Nullable String database) {
        if (database == null || database.isEmpty()) {
            throw new IllegalArgumentException("the URL names no file; " + FORMS);
        }
        if (database.equals(":memory:")) {
            throw new IllegalArgumentException(
                    "':memory:' would give each connection a database of its own; use r2dbc:sqlite:mem:///");
        }
        try {
            return Path.of(database);
        } catch (InvalidPathException error) {
            throw new IllegalArgumentException("the URL names no valid path: " + error.getReason(), error);
        }
    }

    private static @Nullable String text(ConnectionFactoryOptions options, Option<String> option) {
        Object value = options.getValue(option);
        return value == null ? null : value.toString();
    }

    /** The options cannot be asked for their names, so those that there may be are tried, and those of the text form. */
    private static Set<Option<?>> optionsOf(ConnectionFactoryOptions options) {
        Set<Option<?>> all = new HashSet<>();
        SETTINGS.keySet().forEach(name -> all.add(Option.valueOf(name)));
        String text = options.toString();
        int start = text.indexOf("options={");
        if (start >= 0) {
            for (String entry : text.substring(start + "options={".length()).split(", ")) {
                int equals = entry.indexOf('=');
                if (equals > 0) {
                    all.add(Option.valueOf(entry.substring(0, equals)));
                }
            }
        }
        return all;
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String value) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(value.toUpperCase(Locale.ROOT))) {
                return constant;
            }
        }
        throw new IllegalArgumentException(
                "must be one of " + Arrays.toString(type.getEnumConstants()) + ", was '" + value + "'");
    }

    private static boolean flag(String value) {
        if (!"true".equals(value) && !"false".equals(value)) {
            throw new IllegalArgumentException("must be true or false, was '" + value + "'");
        }
        return Boolean.parseBoolean(value);
    }

    private static SqliteConfig.OpenMode openMode(String value) {
        return switch (value) {
            case "rwc" -> SqliteConfig.OpenMode.CREATE;
            case "rw" -> SqliteConfig.OpenMode.EXISTING;
            case "ro" -> SqliteConfig.OpenMode.READ_ONLY;
            case "immutable" -> SqliteConfig.OpenMode.IMMUTABLE;
            default -> throw new IllegalArgumentException("must be rwc, rw, ro or immutable, was '" + value + "'");
        };
    }

    private static SqliteConfig.DateTimeFormat dateTime(String value) {
        return switch (value) {
            case "text" -> SqliteConfig.DateTimeFormat.TEXT;
            case "epochSeconds" -> SqliteConfig.DateTimeFormat.EPOCH_SECONDS;
            case "epochMillis" -> SqliteConfig.DateTimeFormat.EPOCH_MILLIS;
            default ->
                throw new IllegalArgumentException("must be text, epochSeconds or epochMillis, was '" + value + "'");
        };
    }
}
