package io.headrace.sqlite;

/** What a statement is to the driver. */
enum StatementKind {
    /** Reads and changes nothing; its rows are read when they are asked for. */
    QUERY,
    /** INSERT, UPDATE, DELETE, REPLACE: its changes are counted. */
    CHANGE,
    /** CREATE, ALTER, DROP and the like, after which other statements may mean something else. */
    SCHEMA,
    BEGIN,
    COMMIT,
    ROLLBACK,
    ROLLBACK_TO,
    SAVEPOINT,
    RELEASE,
    /** PRAGMA and all else; run to its end at once. */
    OTHER;

    boolean endsTransaction() {
        return this == COMMIT || this == ROLLBACK;
    }

    boolean controlsTransaction() {
        return ordinal() >= BEGIN.ordinal() && ordinal() <= RELEASE.ordinal();
    }
}
