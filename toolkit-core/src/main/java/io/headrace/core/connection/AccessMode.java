package io.headrace.core.connection;

import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * What a subscriber wants a connection for. A connection factory that has replicas ({@code Pool.routing}) may lend one of
 * theirs for reading; every other factory takes no notice.
 *
 * <p>The mark travels in Reactor's context, so that it reaches whatever asks for a connection upstream, of this toolkit or
 * not:
 *
 * <pre>{@code
 * report.contextWrite(AccessMode.READ_ONLY::in)
 * }</pre>
 *
 * <p>It says where a connection comes from, not what may be done with it: a replica refuses to write (SQLSTATE 25006), but
 * where none can be used, a single statement under the mark runs on the primary, which does not refuse. A transaction of
 * this toolkit that begins under the mark is begun read-only where the database has that, and refuses everywhere.
 *
 * <p>A connection that is held already, as in a transaction, is kept whatever the mark says. The innermost mark counts.
 */
public enum AccessMode {
    /** For reading what may be a little old. */
    READ_ONLY,
    /** For everything. The mode where nothing is said. */
    READ_WRITE;

    /** The context with this mark, to be used as in {@code contextWrite(AccessMode.READ_ONLY::in)}. */
    public Context in(Context context) {
        return context.put(AccessMode.class, this);
    }

    /** What this context says; {@link #READ_WRITE} where it says nothing. */
    public static AccessMode of(ContextView context) {
        AccessMode mode = context.getOrDefault(AccessMode.class, null);
        return mode == null ? READ_WRITE : mode;
    }
}
