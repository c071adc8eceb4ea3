package io.headrace.sqlite;

class TemporaryTestKitTest extends SqliteTestKit {

    TemporaryTestKitTest() {
        super(SqliteConnectionFactory.temporary(), connections -> "jdbc:sqlite:" + TestFiles.pathOf(connections));
    }
}
