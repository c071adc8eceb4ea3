package io.headrace.pool;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A loan that somebody may have forgotten.
 *
 * @param holder the name in the borrower's context, if it has one
 * @param callSite the line of the program that asked for the connection, if it was on the stack
 * @param heldFor since when it is lent
 * @param lastStatement the text of the last statement, if there was one
 */
record Suspect(@Nullable String holder, @Nullable String callSite, Duration heldFor, @Nullable String lastStatement) {

    /** As it stands in logs. */
    String describe() {
        return "held for " + Text.about(heldFor)
                + (holder == null ? "" : " by " + holder)
                + ", acquired at " + (callSite == null ? "a place that was not on the stack" : callSite)
                + (lastStatement == null ? ", no statement yet" : ", last statement: " + Text.brief(lastStatement));
    }
}
