package io.headrace.sqlite;

import io.r2dbc.spi.ConnectionMetadata;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.TransactionDefinition;
import io.r2dbc.spi.ValidationDepth;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A connection on a session, whichever lanes that runs on. */
final class SessionConnection implements SqliteConnection {

    private final SqliteSession session;
    private final DriverContext context;
    private final String version;
    private final Mono<Void> whenClosed;

    /**
     * @param whenClosed gives the lane back or closes it, behind the rollback
     */
    SessionConnection(SqliteSession session, DriverContext context, String version, Mono<Void> whenClosed) {
        this.session = session;
        this.context = context;
        this.version = version;
        this.whenClosed = whenClosed;
    }

    @Override
    public Mono<Void> beginTransaction() {
        return begin(session.config().transactionMode(), false, null);
    }

    @Override
    public Mono<Void> beginTransaction(TransactionDefinition definition) {
        boolean readOnly = Boolean.TRUE.equals(definition.getAttribute(TransactionDefinition.READ_ONLY));
        Duration lockWait = definition.getAttribute(TransactionDefinition.LOCK_WAIT_TIMEOUT);
        return begin(session.config().transactionMode(), readOnly, lockWait);
    }

    private Mono<Void> begin(SqliteConfig.TransactionMode mode, boolean readOnly, @Nullable Duration lockWait) {
        return call(readOnly ? Lanes.Access.READ : Lanes.Access.WRITE, lease -> {
            if (session.transaction() == SqliteSession.Transaction.OPEN) {
                throw new IllegalStateException("connection '" + session.name()
                        + "' is in a transaction already; commit it first, or use a savepoint");
            }
            session.before(lease, StatementKind.BEGIN);
            session.begin(lease, mode, readOnly, lockWait);
        });
    }

    @Override
    public Mono<Void> commitTransaction() {
        return inTransaction(session::commit);
    }

    @Override
    public Mono<Void> rollbackTransaction() {
        return Mono.defer(() -> session.transaction() == SqliteSession.Transaction.NONE && !session.holdsLane()
                ? Mono.empty()
                : LaneCall.<Void>always(session, (lease, signal) -> {
                    session.rollback(lease);
                    return null;
                }));
    }

    private Mono<Void> inTransaction(Consumer<Lease> work) {
        return Mono.defer(() -> session.transaction() == SqliteSession.Transaction.NONE
                ? Mono.empty()
                : call(Lanes.Access.WRITE, work));
    }

    @Override
    public Mono<Void> createSavepoint(String name) {
        String quoted = Identifiers.quote(name);
        return call(Lanes.Access.WRITE, lease -> {
            session.before(lease, StatementKind.SAVEPOINT);
            if (session.transaction() == SqliteSession.Transaction.NONE) {
                session.begin(lease, session.config().transactionMode(), false, null);
            }
            lease.lane().execute("SAVEPOINT " + quoted);
        });
    }

    @Override
    public Mono<Void> releaseSavepoint(String name) {
        return savepoint("RELEASE SAVEPOINT ", StatementKind.RELEASE, name);
    }

    @Override
    public Mono<Void> rollbackTransactionToSavepoint(String name) {
        return savepoint("ROLLBACK TO SAVEPOINT ", StatementKind.ROLLBACK_TO, name);
    }

    private Mono<Void> savepoint(String statement, StatementKind kind, String name) {
        String quoted = Identifiers.quote(name);
        return call(Lanes.Access.WRITE, lease -> {
            session.before(lease, kind);
            lease.lane().execute(statement + quoted);
            session.after(lease, kind);
        });
    }

    @Override
    public boolean isAutoCommit() {
        return session.isAutoCommit();
    }

    @Override
    public Mono<Void> setAutoCommit(boolean autoCommit) {
        return Mono.defer(() -> {
            Mono<Void> commit = autoCommit && !session.isAutoCommit() ? commitTransaction() : Mono.empty();
            return commit.then(Mono.fromRunnable(() -> session.autoCommit(autoCommit)));
        });
    }

    private Mono<Void> call(Lanes.Access access, Consumer<Lease> work) {
        return LaneCall.of(session, access, (lease, signal) -> {
            work.accept(lease);
            return null;
        });
    }

    @Override
    public SqliteBatch createBatch() {
        return new SqliteBatch(session, context.texts());
    }

    @Override
    public SqliteStatement createStatement(String sql) {
        if (sql == null) {
            throw new IllegalArgumentException("sql must not be null");
        }
        return new SqliteStatement(session, context.texts().get(sql));
    }

    @Override
    public ConnectionMetadata getMetadata() {
        return new Product(version);
    }

    @Override
    public IsolationLevel getTransactionIsolationLevel() {
        return IsolationLevel.SERIALIZABLE;
    }

    @Override
    public Mono<Void> setTransactionIsolationLevel(IsolationLevel isolationLevel) {
        if (isolationLevel == null) {
            throw new IllegalArgumentException("isolationLevel must not be null");
        }
        return Mono.empty();
    }

    @Override
    public Mono<Void> setLockWaitTimeout(Duration timeout) {
        return Mono.fromRunnable(() -> session.lockWait(notNegative(timeout)));
    }

    @Override
    public Mono<Void> setStatementTimeout(Duration timeout) {
        return Mono.fromRunnable(
                () -> session.statementTimeout(notNegative(timeout).isZero() ? null : timeout));
    }

    private static Duration notNegative(Duration timeout) {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("a timeout must not be negative, was " + timeout);
        }
        return timeout;
    }

    @Override
    public Mono<Boolean> validate(ValidationDepth depth) {
        return Mono.defer(() -> {
            if (session.isClosed() || depth == ValidationDepth.LOCAL) {
                return Mono.just(!session.isClosed());
            }
            return LaneCall.of(session, Lanes.Access.READ, (lease, signal) -> {
                        lease.lane().execute("SELECT 1");
                        return true;
                    })
                    .onErrorReturn(false);
        });
    }

    @Override
    public Mono<Void> close() {
        return Mono.defer(() -> {
            boolean first = session.close();
            if (first) {
                session.endCursors();
            }
            Mono<Void> rollback = first && session.holdsLane()
                    ? LaneCall.<Void>always(session, (lease, signal) -> {
                                session.rollback(lease);
                                return null;
                            })
                            .onErrorComplete()
                    : Mono.empty();
            return rollback.then(whenClosed);
        });
    }

    @Override
    public Mono<Long> bulk(String sql, Publisher<? extends Object[]> rows) {
        return BulkRun.of(session, context.texts().get(sql), rows);
    }

    @Override
    public Flux<SqliteBackupProgress> backup(Path target) {
        return Backup.of(context, target);
    }

    @Override
    public Mono<SqliteCheckpoint> checkpoint(SqliteCheckpoint.Mode mode) {
        return Upkeep.checkpoint(session, mode);
    }

    @Override
    public Flux<String> integrityCheck() {
        return Upkeep.integrityCheck(session);
    }

    @Override
    public Flux<SqliteUpdate> updates() {
        return UpdateLog.of(session);
    }

    @Override
    public String toString() {
        return "SqliteConnection '" + session.name() + "'";
    }

    private record Product(String version) implements ConnectionMetadata {

        @Override
        public String getDatabaseProductName() {
            return "SQLite";
        }

        @Override
        public String getDatabaseVersion() {
            return version;
        }
    }
}
