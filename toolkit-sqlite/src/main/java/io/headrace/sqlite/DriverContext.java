package io.headrace.sqlite;

import java.util.concurrent.atomic.AtomicInteger;

/** What the connections of one factory share. */
final class DriverContext {

    private final SqliteConfig config;
    private final DatabaseFile file;
    private final SqlTextCache texts = new SqlTextCache();
    private final ValueEncoder encoder;
    private final ValueDecoder decoder;
    private final DecimalColumns decimals;
    private final AtomicInteger schemaChanges = new AtomicInteger();
    private final AtomicInteger opened = new AtomicInteger();

    DriverContext(SqliteConfig config) {
        this.config = config;
        this.file = new DatabaseFile(config);
        this.decimals = new DecimalColumns(file);
        this.encoder = new ValueEncoder(config.dateTime());
        this.decoder = new ValueDecoder(config.dateTime());
    }

    SqliteConfig config() {
        return config;
    }

    DatabaseFile file() {
        return file;
    }

    SqlTextCache texts() {
        return texts;
    }

    ValueEncoder encoder() {
        return encoder;
    }

    ValueDecoder decoder() {
        return decoder;
    }

    DecimalColumns decimals() {
        return decimals;
    }

    /** A lane of this kind, named by its file, its kind and a number. */
    LaneOpening opening(String kind, boolean reader) {
        return new LaneOpening(
                file.shortName() + "-" + kind + opened.incrementAndGet(), file, config, schemaChanges, reader);
    }
}
