package io.headrace.sqlite;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Tells BlockHound, where it is installed, that SQLite's native calls block, which it does not see by itself, and that the
 * driver makes them on threads that are there for it. For the service loader.
 */
public final class SqliteBlockHoundIntegration implements BlockHoundIntegration {

    private static final String NATIVE = "org.sqlite.core.NativeDB";
    private static final String PACKAGE = "io.headrace.sqlite.";

    /** For the service loader. */
    public SqliteBlockHoundIntegration() {}

    @Override
    public void applyTo(BlockHound.Builder builder) {
        builder.markAsBlocking(NATIVE, "step", "(J)I")
                .markAsBlocking(NATIVE, "prepare_utf8", "([B)J")
                .markAsBlocking(NATIVE, "_exec_utf8", "([B)I")
                .markAsBlocking(NATIVE, "_open_utf8", "([BI)V");
        allow(builder, "NativeConnection", "open", "prepare", "execute", "queryText", "backup", "close");
        allow(builder, "NativeStatement", "start", "step", "reset", "close");
        allow(builder, "LaneThread", "awaitTask");
        allow(builder, "Lane", "waitForLock");
        allow(builder, "DatabaseFile", "temporaryPath");
        allow(builder, "LaneOpening", "explain");
    }

    private static void allow(BlockHound.Builder builder, String type, String... methods) {
        for (String method : methods) {
            builder.allowBlockingCallsInside(PACKAGE + type, method);
        }
    }
}
