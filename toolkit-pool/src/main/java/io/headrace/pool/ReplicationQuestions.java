package io.headrace.pool;

import io.r2dbc.spi.Connection;
import org.reactivestreams.Publisher;

/** What the servers of a replication are asked. Publishers are cold, give one value, and are never cancelled. */
interface ReplicationQuestions {

    /** How far the primary has written its log of changes; an error where the server is no primary. */
    Publisher<Long> written(Connection primary);

    /** How far a replica has applied it. */
    Publisher<Applied> applied(Connection replica);

    /**
     * What a replica answers.
     *
     * @param following whether it follows a primary and takes no writes
     * @param upTo how far it has applied the log of changes; without a meaning if it does not follow
     */
    record Applied(boolean following, long upTo) {}
}
