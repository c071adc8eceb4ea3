package io.headrace.core.connection;

import io.headrace.core.error.OpenStreamException;
import io.headrace.core.error.StatementQueueFullException;

/** Why a statement was not started, in words that help. */
final class Refusals {

    private Refusals() {}

    static RuntimeException behindOpenStream(Entrant refused, Entrant open) {
        return new OpenStreamException(refused.label() + " was not started: on its connection the rows of "
                + open.label() + " are still being read on demand, so it would wait for that stream, and the stream"
                + " perhaps for it. Start it when those rows have ended (collect them by collectList(); put streams"
                + " one behind the other by concatMap instead of flatMap), or read them outside the transaction, on"
                + " a connection of their own.");
    }

    static RuntimeException tooMany(Entrant refused, int inDriver, int places, int waiting, int waitingLimit) {
        return new StatementQueueFullException(refused.label() + " was not started: on its connection " + inDriver
                + " statements are in flight (limit " + places + ") and " + waiting
                + " are waiting (limit " + waitingLimit
                + "). Start fewer at once, such as by the concurrency of flatMap, or write in bulk.");
    }
}
