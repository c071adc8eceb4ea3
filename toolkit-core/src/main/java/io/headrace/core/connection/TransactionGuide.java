package io.headrace.core.connection;

import io.r2dbc.spi.Connection;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * What the owner of a transaction, or of a savepoint, has to say about its end. For a savepoint only {@link #rollsBack}
 * and {@link #ended} are asked: there a commit means that it was released.
 */
public interface TransactionGuide {

    /** Nothing to say. */
    TransactionGuide NONE = new TransactionGuide() {};

    /** Asked when the body has completed and nothing runs any more: whether to roll back all the same, without an error. */
    default boolean rollsBack() {
        return false;
    }

    /**
     * Sent just before COMMIT and in its round trip, unless it is awaited. Its elements and its error are ignored; where it fails the
     * transaction, the COMMIT fails.
     */
    default Publisher<?> beforeCommit(Connection connection) {
        return Mono.empty();
    }

    /** Whether the answer to {@link #beforeCommit} is to be awaited before COMMIT is sent, for one more round trip. */
    default boolean awaitsBeforeCommit() {
        return false;
    }

    /**
     * COMMIT was sent, and the connection was lost, or said nothing for the drain timeout, before it was answered. The
     * connection has been closed.
     *
     * @return one element: whether the transaction was committed; or an error where that can't be told, with which the
     *     transaction then fails
     */
    default Mono<Boolean> commitLost(Throwable error) {
        return Mono.error(error);
    }

    /**
     * It has ended. Runs before the end is signalled to the subscriber, for a transaction when its connection has been given
     * back; an error of it is logged and changes nothing.
     *
     * @param error why it was rolled back; null after a commit, a cancel and a rollback that was asked for
     */
    default Mono<Void> ended(TransactionOutcome outcome, @Nullable Throwable error) {
        return Mono.empty();
    }
}
