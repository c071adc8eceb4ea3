package io.headrace.sqlite;

class MemoryTestKitTest extends SqliteTestKit {

    MemoryTestKitTest() {
        super(
                SqliteConnectionFactory.inMemory(),
                connections ->
                        "jdbc:sqlite:file:/" + connections.config().location().name() + "?vfs=memdb");
    }
}
