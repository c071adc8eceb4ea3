package io.headrace.tx.proof;

import io.r2dbc.spi.IsolationLevel;
import java.util.EnumSet;
import java.util.Set;

/** What a history may show, after Adya's "Generalized Isolation Level Definitions" and Kingsbury's and Alvaro's "Elle". */
enum Anomaly {
    /** A value that was committed is not there, or one came twice. */
    LOST_VALUE,
    /** Two reads of one list where neither begins with the other. */
    INCOMPATIBLE_ORDER,
    /** A transaction does not see its own appends at the end of the list. */
    INTERNAL,
    /** A cycle of writes. */
    G0,
    /** A read of what was rolled back. */
    G1A,
    /** A read of what was not the last write of its transaction. */
    G1B,
    /** A cycle of writes, and reads of what was written. */
    G1C,
    /** Two transactions read the same state of a list, and both append to it. */
    LOST_UPDATE,
    /** A cycle with one read of what was overwritten. */
    G_SINGLE,
    /** A cycle with several such reads. */
    G2;

    /** What PostgreSQL promises not to show; its repeatable read is snapshot isolation. */
    static Set<Anomaly> forbiddenAt(IsolationLevel level) {
        if (level.equals(IsolationLevel.SERIALIZABLE)) {
            return EnumSet.allOf(Anomaly.class);
        }
        return level.equals(IsolationLevel.REPEATABLE_READ)
                ? EnumSet.range(LOST_VALUE, G_SINGLE)
                : EnumSet.range(LOST_VALUE, G1C);
    }
}
