package io.headrace.core.dialect;

import io.headrace.core.error.UnsupportedFeatureException;
import io.headrace.core.sql.SessionEffect;
import io.headrace.core.sql.SqlSyntax;
import io.r2dbc.spi.Connection;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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

    /** How its texts are cut into tokens. */
    default SqlSyntax syntax() {
        return SqlSyntax.STANDARD;
    }

    /** Whether a list in {@code IN} is one array parameter, {@code = ANY (list)}; where not, its values are written out. */
    default boolean matchesArrays() {
        return false;
    }

    /**
     * A query of the elements of a JSON array that is bound as one text, to stand between the parentheses of {@code IN}; empty
     * where there is none.
     *
     * @param marker the marker of that text
     */
    default Optional<String> elementsOfJson(String marker) {
        return Optional.empty();
    }

    /** A query of one column without rows: what stands between the parentheses of {@code IN} for an empty list. */
    default String noValues() {
        return "SELECT NULL FROM dual WHERE FALSE";
    }

    /** Whether generated values are asked for by a RETURNING clause of ours rather than through the driver. */
    default boolean hasReturning() {
        return false;
    }

    /** Whether {@link #begin} can begin a transaction that refuses writes. */
    default boolean hasReadOnlyTransactions() {
        return false;
    }

    /**
     * Whether a transaction that may write keeps out all others that may, from its begin to its end. One that is begun while
     * another one is waited for by it would then wait for itself.
     */
    default boolean hasOneWriter() {
        return false;
    }

    /** Whether one marker can stand in several places; where not, each occurrence of a name is a parameter of its own. */
    default boolean repeatsMarkers() {
        return true;
    }

    /** A statement with its markers as it must be given to the driver; the same text but for drivers that misread it. */
    default String driverText(String sql) {
        return sql;
    }

    /** The identifier, quoted. A dot separates schema and name only where the caller quotes each part. */
    default String quote(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    /** The name of a table or the like, perhaps with its schema before a dot, each part quoted as it is written. */
    default String quoteQualified(String name) {
        return Arrays.stream(name.split("\\.", 2)).map(this::quote).collect(Collectors.joining("."));
    }

    /** The identifier as the database stores it when written without quotes. */
    default String fold(String identifier) {
        return identifier.toLowerCase(Locale.ROOT);
    }

    /** The name as the database stores it, where lower case is how a name is written that is meant without quotes. */
    default String stored(String written) {
        return written.equals(written.toLowerCase(Locale.ROOT)) ? fold(written) : written;
    }

    /** How many parameters one statement may have at most. */
    default int mostParameters() {
        return 65_535;
    }

    /** Whether a list can be bound as one array parameter at all. */
    default boolean hasArrays() {
        return false;
    }

    /**
     * A statement that inserts rows and updates those that are there already, by their conflict columns. Rows that have no
     * other columns are left as they are. The number of affected rows means what the database makes of it.
     *
     * @param table the table, perhaps with its schema before a dot; quoted here
     * @param columns the columns that the rows give, conflict columns included; quoted here
     * @param conflictColumns the columns of the unique key that decides whether a row is there
     * @param valuesRows the rows behind VALUES, such as {@code ($1, $2), ($3, $4)}
     * @throws UnsupportedFeatureException where this dialect has no such statement
     */
    default String upsert(String table, List<String> columns, List<String> conflictColumns, String valuesRows) {
        throw new UnsupportedFeatureException(
                "no upsert is known for " + name() + "; write the statement yourself with Database.sql");
    }

    /**
     * What is put behind a SELECT so that it locks its rows, such as {@code FOR UPDATE SKIP LOCKED}.
     *
     * @throws UnsupportedFeatureException where this dialect has no such lock
     */
    default String rowLock(RowLock lock) {
        throw new UnsupportedFeatureException(
                "no row locks are known for " + name() + "; write the clause into the statement yourself");
    }

    /**
     * Whether the driver reads a statement with a fetch size in chunks, on demand, and ends it at the end of a chunk when its
     * publisher is cancelled. Where not, a cancelled statement is read to its end.
     *
     * @param bound whether the statement has parameters, be it an idle one
     */
    default boolean streams(boolean bound) {
        return bound;
    }

    /**
     * A statement without parameters, given one that changes nothing (marker index 0, an {@code Integer}), for drivers
     * that can read only parameterized statements in chunks. Empty where the statement cannot carry one or none is needed.
     */
    default Optional<String> withIdleParameter(String sql) {
        return Optional.empty();
    }

    /**
     * Whether a publisher of the driver may be cancelled while it runs; where not, the connection can hang for good, and
     * the rest has to be read instead.
     */
    default boolean toleratesCancel() {
        return true;
    }

    /**
     * Whether the driver stops a statement at once when its publisher is cancelled, and keeps the connection usable. Then
     * nothing is asked of a server, and {@link #stopStatement} is not called. The transaction stays as it was where the
     * statement only reads; of one that writes it may be lost.
     */
    default boolean stopsOnCancel() {
        return false;
    }

    /**
     * Whether statements may be sent before those ahead of them are answered, and are run and answered in the order in which
     * they were subscribed. Transactions then send BEGIN, SAVEPOINT and RELEASE in the round trip of the next statement.
     */
    default boolean answersInOrder() {
        return false;
    }

    /**
     * Begins a transaction, in one round trip where there is a network, never silently skipped. An
     * {@link UnsupportedFeatureException} where the database cannot give what the mode asks for.
     */
    Publisher<Void> begin(Connection connection, TransactionMode mode);

    /** Commits; an error if the database has rolled back instead, or has ended the transaction before. */
    Publisher<Void> commit(Connection connection);

    /** How to find out what became of a COMMIT whose answer was lost; empty where the server can't tell. */
    default Optional<CommitQuestion> commitQuestion() {
        return Optional.empty();
    }

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

    /**
     * Gives back to the session what these effects took from it, so that it is as it was when it began; empty where this
     * dialect cannot do that. The transaction in which they came about has ended.
     */
    default Optional<Publisher<Void>> undo(Connection connection, Set<SessionEffect> effects) {
        return Optional.empty();
    }
}
