package io.headrace.core.dialect;

import io.r2dbc.spi.Connection;
import reactor.core.publisher.Mono;

/** How a server is asked what became of a COMMIT whose answer was lost. */
public interface CommitQuestion {

    /**
     * Asks what the server calls the transaction that is under way on this connection. One element, for {@link #outcomeOf}
     * alone to understand; an empty text where the transaction has written nothing so far. Must not be cancelled.
     */
    Mono<String> mark(Connection connection);

    /** Asks what became of the transaction of this mark. One element. Must not be cancelled. */
    Mono<CommitOutcome> outcomeOf(Connection connection, String mark);

    /**
     * Ends whoever still works on the transaction of this mark, so that there is an outcome: its client is gone, and a COMMIT
     * that never arrived would leave it open. Completes when the server has taken the request.
     */
    Mono<Void> breakOff(Connection connection, String mark);
}
