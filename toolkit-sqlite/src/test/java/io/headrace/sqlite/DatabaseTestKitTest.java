package io.headrace.sqlite;

/** One writer and its readers, as a URL gives them. */
class DatabaseTestKitTest extends SqliteTestKit {

    DatabaseTestKitTest() {
        super(
                SqliteDatabase.open(SqliteConfig.of(SqliteLocation.file(TestFiles.newFile()))),
                database -> "jdbc:sqlite:" + database.config().location().name());
    }
}
