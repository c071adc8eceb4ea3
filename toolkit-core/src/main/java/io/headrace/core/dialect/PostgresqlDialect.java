package io.headrace.core.dialect;

import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import io.headrace.core.sql.SessionEffect;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * PostgreSQL. Transactions are begun and ended by simple statements of our own: the driver's methods skip themselves
 * when the status that the driver remembers lags behind what is in flight, and then isolation or a rollback is lost.
 */
final class PostgresqlDialect extends StandardDialect {

    private static final String BEGIN = "BEGIN";

    // A signal is delivered to the server process within the one statement that follows it; the rest is margin.
    private static final int SETTLE_ATTEMPTS = 5;

    /** What may stand behind a WITH clause, or is one, behind white space, simple comments and brackets. */
    private static final Pattern WITHABLE = Pattern.compile(
            "^(?:\\s|--[^\\n]*\\n|/\\*(?:(?!\\*/|/\\*).)*\\*/)*(?:(WITH(?:\\s+RECURSIVE)?)\\b|\\(|(?:SELECT|VALUES|TABLE|INSERT|UPDATE|DELETE|MERGE)\\b)",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private static final String IDLE_TABLE = " \"headrace idle\" AS (SELECT $1::int4)";

    @Override
    public String name() {
        return "PostgreSQL";
    }

    @Override
    public String marker(int index) {
        return "$" + (index + 1);
    }

    @Override
    public boolean matchesArrays() {
        return true;
    }

    @Override
    public boolean hasReturning() {
        return true;
    }

    /**
     * The driver reads a statement without parameters through a window operator that fetches ahead of demand and can hang
     * for good when it is cancelled. An unreferenced SELECT in a WITH clause is never executed, and makes it a bound one.
     */
    @Override
    public Optional<String> withIdleParameter(String sql) {
        Matcher matcher = WITHABLE.matcher(sql);
        if (!matcher.find()) {
            return Optional.empty();
        }
        return Optional.of(
                matcher.group(1) == null
                        ? "WITH" + IDLE_TABLE + " " + sql
                        : sql.substring(0, matcher.end(1)) + IDLE_TABLE + "," + sql.substring(matcher.end(1)));
    }

    @Override
    public boolean hasArrays() {
        return true;
    }

    @Override
    public String rowLock(RowLock lock) {
        return RowLockText.full(this, lock);
    }

    @Override
    public String upsert(String table, List<String> columns, List<String> conflictColumns, String valuesRows) {
        return UpsertText.onConflict(this, table, columns, conflictColumns, valuesRows);
    }

    @Override
    public boolean hasReadOnlyTransactions() {
        return true;
    }

    @Override
    public boolean answersInOrder() {
        return true;
    }

    @Override
    public Mono<Void> begin(Connection connection, TransactionMode mode) {
        String text = beginText(mode);
        // The driver's own costs half as much as a statement, but is passed over where it believes that one is open.
        return Mono.defer(() -> text.equals(BEGIN) && connection.isAutoCommit()
                ? Mono.fromDirect(connection.beginTransaction())
                : Statements.run(connection, text));
    }

    private static String beginText(TransactionMode mode) {
        StringBuilder begin = new StringBuilder(BEGIN);
        if (mode.isolation() != null) {
            begin.append(" ISOLATION LEVEL ").append(mode.isolation().asSql());
        }
        if (mode.readOnly() != null) {
            begin.append(mode.readOnly() ? " READ ONLY" : " READ WRITE");
        }
        if (mode.deferrable()) {
            begin.append(" DEFERRABLE");
        }
        if (mode.timeout() != null) {
            long limit = mode.timeout().toMillis();
            begin.append("; SET LOCAL statement_timeout = ").append(limit);
            begin.append("; SET LOCAL idle_in_transaction_session_timeout = ").append(limit);
        }
        if (mode.lockTimeout() != null) {
            begin.append("; SET LOCAL lock_timeout = ")
                    .append(mode.lockTimeout().toMillis());
        }
        return begin.toString();
    }

    @Override
    public Mono<Void> commit(Connection connection) {
        // The driver turns a COMMIT that the server answers with ROLLBACK into an error; a simple statement would hide
        // it. Outside a transaction the driver passes over it and says that all went well.
        return Mono.defer(() -> connection.isAutoCommit()
                ? Mono.error(TransactionEnded.before("COMMIT"))
                : Mono.fromDirect(connection.commitTransaction()));
    }

    @Override
    public Optional<CommitQuestion> commitQuestion() {
        return Optional.of(PostgresqlCommitQuestion.INSTANCE);
    }

    @Override
    public boolean toleratesCancel() {
        return false;
    }

    @Override
    public Mono<Void> stopStatement(Connection connection) {
        return Mono.defer(() -> {
            PostgresqlConnection postgresql = Dialects.driverConnection(connection, PostgresqlConnection.class);
            return postgresql == null ? Mono.empty() : postgresql.cancelRequest();
        });
    }

    @Override
    public Mono<Void> settle(Connection connection) {
        return Statements.run(connection, "SELECT 1")
                .retryWhen(
                        Retry.max(SETTLE_ATTEMPTS).filter(error -> SqlErrors.kindOf(error) == SqlErrorKind.CANCELLED))
                // Any other answer, such as "transaction is aborted", shows as well that no signal is left.
                .onErrorComplete(error -> SqlErrors.kindOf(error) != SqlErrorKind.CONNECTION_LOST);
    }

    @Override
    public Optional<Publisher<Void>> undo(Connection connection, Set<SessionEffect> effects) {
        if (effects.contains(SessionEffect.LASTING)) {
            return Optional.empty();
        }
        String script = effects.stream()
                .map(PostgresqlDialect::undoing)
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining("; "));
        return Optional.of(script.isEmpty() ? Mono.empty() : Statements.run(connection, script));
    }

    private static String undoing(SessionEffect effect) {
        return switch (effect) {
            case SETTINGS -> "RESET ALL";
            case ROLE -> "RESET SESSION AUTHORIZATION; RESET ROLE";
            case NOTIFICATIONS -> "UNLISTEN *";
            case TEMPORARY_OBJECTS -> "DISCARD TEMP";
            case ADVISORY_LOCKS -> "SELECT pg_advisory_unlock_all()";
            case CURSORS -> "CLOSE ALL";
            case TRANSACTION, LASTING -> "";
        };
    }
}
