package io.headrace.core.dialect;

import io.r2dbc.spi.Connection;
import java.util.Locale;
import java.util.Optional;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * What differs from database to database. Publishers are cold, run on the connection they are given and emit nothing but
 * their end; errors of the driver pass through.
 */
public interface Dialect {

    /** The name of the database product, as in error messages. */
    String name();

    /** The marker of the parameter with this index, counted from 0. */
    String marker(int index);

    /** The identifier, quoted. A dot separates schema and name only where the caller quotes each part. */
    default String quote(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    /** The identifier as the database stores it when written without quotes. */
    default String fold(String identifier) {
        return identifier.toLowerCase(Locale.ROOT);
    }

    /**
     * A statement without parameters, given one that changes nothing (marker index 0, an {@code Integer}), for drivers
     * that can read only parameterized statements in chunks. Empty where the statement cannot carry one or none is needed.
     */
    default Optional<String> withIdleParameter(String sql) {
        return Optional.empty();
    }

    /** Begins a transaction in one round trip, never silently skipped. */
    Publisher<Void> begin(Connection connection, TransactionMode mode);

    /** Commits; an error if the database rolled back instead. */
    Publisher<Void> commit(Connection connection);

    /** Rolls back, whatever the driver believes of the transaction's state. */
    Publisher<Void> rollback(Connection connection);

    /** Sets a savepoint. */
    Publisher<Void> savepoint(Connection connection, String name);

    /** Releases a savepoint; an error where it does not exist or the transaction has failed. */
    Publisher<Void> release(Connection connection, String name);

    /** Rolls back to a savepoint and keeps it. */
    Publisher<Void> rollbackTo(Connection connection, String name);

    /**
     * Asks the server to stop the statement that runs on this connection now, if any. Completes when the server has
     * taken the request; the signal may still hit a statement that begins just then, so {@link #settle} must follow
     * before the connection is used for anything else. Empty at once where the database has no such request.
     */
    default Mono<Void> stopStatement(Connection connection) {
        return Mono.empty();
    }

    /** Completes when a stop request that was sent before can no longer hit anything. */
    default Mono<Void> settle(Connection connection) {
        return Mono.empty();
    }
}
