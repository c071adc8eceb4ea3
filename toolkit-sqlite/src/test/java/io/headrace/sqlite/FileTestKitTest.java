package io.headrace.sqlite;

class FileTestKitTest extends SqliteTestKit {

    FileTestKitTest() {
        super(
                SqliteConnectionFactory.from(TestFiles.newFile()),
                connections -> "jdbc:sqlite:" + connections.config().location().name());
    }
}
